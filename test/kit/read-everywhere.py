"""FOLDER -> JSON: what pyarrow, pandas and Polars say of each Parquet file in it: rows, types, sums and NULLs of columns of integers. A warning is an error."""
import glob, json, os, sys, warnings

warnings.simplefilter("error")
import pandas, polars, pyarrow.parquet as parquet

said = {}
for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.parquet"))):
    table = parquet.read_table(path)
    integers = [field.name for field in table.schema if str(field.type) == "int64"]
    frame = pandas.read_parquet(path, dtype_backend="numpy_nullable")
    lazy = polars.read_parquet(path)
    said[os.path.basename(path)[: -len(".parquet")]] = {
        "rows": [table.num_rows, len(frame), lazy.height],
        "types": {field.name: str(field.type) for field in table.schema},
        "pandas": {name: str(frame[name].dtype) for name in integers},
        "polars": {name: str(lazy[name].dtype) for name in integers},
        "sums": {name: [sum(v for v in table[name].to_pylist() if v is not None), int(frame[name].sum()), int(lazy[name].sum() or 0)] for name in integers},
        "nulls": {name: [table[name].null_count, int(frame[name].isna().sum()), lazy[name].null_count()] for name in integers},
    }
print(json.dumps(said))
