"""Objects in a local folder or on any server that speaks S3, through fsspec."""
