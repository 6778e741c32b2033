"""The questions of a fleet on Spark: MASTER FOLDER QUESTIONS -> JSON by question: rows, and the seconds that they took.

The texts are those that goheap runs on DuckDB, unchanged; FOLDER is the compacted one.
"""
import decimal, json, os, sys, time
from pyspark.sql import SparkSession

master, folder, questions = sys.argv[1:4]
spark = (
    SparkSession.builder.master(master).appName("fleet")
    .config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "4").config("spark.executor.memory", "1g")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
for table in sorted(os.listdir(folder)):
    spark.read.option("mergeSchema", "true").parquet(os.path.join(folder, table)).createOrReplaceTempView(table)
spark.sql(
    "SELECT CAST(NULL AS STRING) AS service, CAST(NULL AS STRING) AS before_version, CAST(NULL AS STRING) AS after_version"
).createOrReplaceTempView("asked")
types = {name: dict(spark.table(name).dtypes) for name in ("dumps", "types")}
answers = {"schema": types, "workers": spark.sparkContext.defaultParallelism}
for file in sorted(os.listdir(questions)):
    with open(os.path.join(questions, file)) as text:
        started = time.monotonic()
        rows = [row.asDict() for row in spark.sql(text.read()).collect()]
        answers[file[: -len(".sql")]] = {"rows": rows, "seconds": round(time.monotonic() - started, 1)}
print(json.dumps(answers, default=lambda value: float(value) if isinstance(value, decimal.Decimal) else str(value)))
spark.stop()
