# The app in a container: CPU only, without root, with a root file system that may be read-only and one volume, /data.
#   docker build -t bnviz .
#   docker run --rm -p 8501:8501 --read-only --tmpfs /tmp -v bnviz-data:/data bnviz
# docs/hosting.md says what to put in front of it; compose.yaml does so with Caddy.

FROM python:3.11-slim-bookworm AS build

# Wheels without CUDA: a tenth of the size.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv /opt/venv \
    && grep -E '^torch' requirements.txt > torch.txt \
    && /opt/venv/bin/pip install --no-cache-dir --index-url "$TORCH_INDEX" -r torch.txt \
    && /opt/venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.11-slim-bookworm

LABEL org.opencontainers.image.title="bnviz" \
      org.opencontainers.image.description="Batch normalization, measured: twin networks train live" \
      org.opencontainers.image.licenses="MIT"
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/data \
    BNVIZ_DATA_DIR=/data/sets
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY app.py ./
COPY .streamlit ./.streamlit
COPY assets ./assets
COPY bnviz ./bnviz
COPY pages ./pages
# What may be compiled is compiled here: the file system may be read-only later.
RUN python -m compileall -q app.py bnviz pages \
    && useradd --uid 1000 --home-dir /data --shell /usr/sbin/nologin bnviz \
    && mkdir -p /data/sets \
    && chown -R bnviz /data
USER 1000
VOLUME /data
EXPOSE 8501
# Streamlit's own answer: it is there before torch is imported.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
# In this form, the server is process 1 and gets SIGTERM: it keeps the recordings of runs and ends within five seconds.
CMD ["python", "-m", "streamlit", "run", "app.py", "--server.address", "0.0.0.0", "--server.port", "8501", "--server.headless", "true", "--server.fileWatcherType", "none"]
