"""What is served over HTTP, besides what Streamlit serves: files, their compression, and the HTML of the pages."""
