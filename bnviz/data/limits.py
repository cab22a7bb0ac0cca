"""Limits on the files of users, so that no hostile file uses up the memory or time of the machine."""

MAX_FILE_BYTES = 200 * 2**20  # of one file on disk; also Streamlit's limit for an upload
MAX_VALUES = 48 * 2**20  # numbers in x_train and x_test together: 192 MiB as float32
MAX_SAMPLE = 64 * 64 * 3  # numbers in one sample: a color image of 64 x 64
MAX_CLASSES = 1000
MAX_CLASS_NAME = 64  # characters
MAX_ARRAYS = 16  # members of an .npz
MAX_IMAGES = 20_000
MAX_ENTRIES = 25_000  # files and folders that are listed to find the images
MAX_UNPACKED_BYTES = 2**30  # of all images of a zip together
MAX_IMAGE_BYTES = 20 * 2**20  # of one image file
MAX_IMAGE_PIXELS = 30_000_000  # of one image, before it is resized
MAX_PIXELS = 1_000_000_000  # of all images together: about 10 s of decoding; JPEGs of 200 MB have about 800 million
KEEP_SIDE = 64  # images that are all of one size up to this side keep their size
RESIZED_SIDE = 32  # all others become squares of this side
CACHE_SETS = 8
CACHE_BYTES = 512 * 2**20
CACHE_USER_SETS = 4
CACHE_USER_BYTES = 384 * 2**20
KEEP_USER_S = 60.0  # that an upload stays in memory after it was asked for, if no run trains on it
KEEP_FETCHED_S = 900.0  # that a fetched set does
