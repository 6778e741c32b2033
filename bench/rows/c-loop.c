/*
 * The peer of goheap's SQLite export: the same rows, inserted by a C program with one prepared statement a table, one row a step.
 *
 * Rows are read from an existing database into memory, a batch at a time; only the inserts are timed (CPU of this process). Page size,
 * journal, sync and locking are the exporter's; so is the schema, which comes from the old database. Usage: c-loop OLD.db NEW.db
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define BATCH 100000 /* rows */

typedef struct { long long integer; double real; const char *text; int length; char kind; } Cell;

static double cpu(void) {
  struct rusage r;
  getrusage(RUSAGE_SELF, &r);
  return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void check(sqlite3 *db, int code) {
  if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) {
    fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
    exit(1);
  }
}

static void run(sqlite3 *db, const char *sql) { check(db, sqlite3_exec(db, sql, 0, 0, 0)); }

/* Copies the next rows into `cells`, at most BATCH, and returns how many there were. */
static long read_batch(sqlite3_stmt *from, Cell *cells, int columns) {
  long rows = 0;
  while (rows < BATCH && sqlite3_step(from) == SQLITE_ROW) {
    Cell *c = cells + rows++ * columns;
    for (int i = 0; i < columns; i++, c++) {
      c->kind = sqlite3_column_type(from, i);
      c->text = NULL;
      if (c->kind == SQLITE_INTEGER) c->integer = sqlite3_column_int64(from, i);
      else if (c->kind == SQLITE_FLOAT) c->real = sqlite3_column_double(from, i);
      else if (c->kind == SQLITE_TEXT || c->kind == SQLITE_BLOB) {
        c->length = sqlite3_column_bytes(from, i);
        char *copy = malloc(c->length + 1);
        if (c->length > 0) memcpy(copy, sqlite3_column_blob(from, i), c->length);
        c->text = copy;
      }
    }
  }
  return rows;
}

static void insert_batch(sqlite3 *new, sqlite3_stmt *into, const Cell *c, int columns, long rows) {
  for (long row = 0; row < rows; row++) {
    for (int i = 1; i <= columns; i++, c++) {
      if (c->kind == SQLITE_INTEGER) sqlite3_bind_int64(into, i, c->integer);
      else if (c->kind == SQLITE_FLOAT) sqlite3_bind_double(into, i, c->real);
      else if (c->kind == SQLITE_TEXT) sqlite3_bind_text(into, i, c->text, c->length, SQLITE_STATIC);
      else if (c->kind == SQLITE_BLOB) sqlite3_bind_blob(into, i, c->text, c->length, SQLITE_STATIC);
      else sqlite3_bind_null(into, i);
    }
    check(new, sqlite3_step(into) == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR);
    sqlite3_reset(into);
  }
}

/* Copies one table and returns the CPU seconds of its inserts. */
static double copy_table(sqlite3 *old, sqlite3 *new, const char *table) {
  char sql[2000];
  sqlite3_stmt *names, *from, *into;
  check(old, sqlite3_prepare_v2(old, "SELECT group_concat('\"' || name || '\"') FROM pragma_table_info(?)", -1, &names, 0)); /* none that is computed */
  sqlite3_bind_text(names, 1, table, -1, SQLITE_STATIC);
  check(old, sqlite3_step(names));
  snprintf(sql, sizeof sql, "SELECT %s FROM \"%s\"", sqlite3_column_text(names, 0), table);
  sqlite3_finalize(names);
  check(old, sqlite3_prepare_v2(old, sql, -1, &from, 0));
  int columns = sqlite3_column_count(from);
  int n = snprintf(sql, sizeof sql, "INSERT INTO \"%s\" VALUES (?", table);
  for (int i = 1; i < columns; i++) n += snprintf(sql + n, sizeof sql - n, ",?");
  snprintf(sql + n, sizeof sql - n, ")");
  check(new, sqlite3_prepare_v2(new, sql, -1, &into, 0));
  Cell *cells = malloc(BATCH * columns * sizeof(Cell));
  double took = 0;
  long all = 0, rows;
  do { /* a statement that is stepped after its end begins again */
    rows = read_batch(from, cells, columns);
    double start = cpu();
    insert_batch(new, into, cells, columns, rows);
    took += cpu() - start;
    for (long i = 0; i < rows * columns; i++) free((char *)cells[i].text);
    all += rows;
  } while (rows == BATCH);
  free(cells);
  sqlite3_finalize(from);
  sqlite3_finalize(into);
  if (all > 1000) printf("%-14s %10ld rows %7.2f s\n", table, all, took);
  return took;
}

int main(int argc, char **argv) {
  sqlite3 *old, *new;
  if (argc != 3) return 2;
  check(0, sqlite3_open_v2(argv[1], &old, SQLITE_OPEN_READONLY, 0));
  check(0, sqlite3_open(argv[2], &new));
  run(new, "PRAGMA page_size=32768; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-16000");
  sqlite3_stmt *schema;
  check(old, sqlite3_prepare_v2(old, "SELECT sql, name, type FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'", -1, &schema, 0));
  double total = 0;
  run(new, "BEGIN");
  while (sqlite3_step(schema) == SQLITE_ROW) {
    run(new, (const char *)sqlite3_column_text(schema, 0));
    if (strcmp((const char *)sqlite3_column_text(schema, 2), "table") == 0) total += copy_table(old, new, (const char *)sqlite3_column_text(schema, 1));
  }
  double start = cpu();
  run(new, "COMMIT");
  total += cpu() - start;
  printf("total %.2f s\n", total);
  return 0;
}
