"""Market data in files: Parquet, CSV and the exports of the usual vendors."""
