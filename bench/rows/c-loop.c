/*
 * The peer of goheap's SQLite export: the same rows, inserted by a C program with one prepared statement a table, one row a step.
 *
 * All rows are first read from an existing database into memory; only the inserts are timed (CPU of this process). Page size, journal,
 * sync and locking are the exporter's; so is the schema, which comes from the old database. Usage: c-loop OLD.db NEW.db
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

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

/* All cells of a table, in key order. */
static Cell *read_table(sqlite3 *old, const char *table, int *columns, long *rows) {
  char sql[200];
  sqlite3_stmt *s;
  snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%s\"", table);
  check(old, sqlite3_prepare_v2(old, sql, -1, &s, 0));
  sqlite3_step(s);
  *rows = sqlite3_column_int64(s, 0);
  sqlite3_finalize(s);
  snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table);
  check(old, sqlite3_prepare_v2(old, sql, -1, &s, 0));
  *columns = sqlite3_column_count(s);
  Cell *cells = calloc((size_t)*rows * *columns + 1, sizeof(Cell)), *c = cells;
  while (sqlite3_step(s) == SQLITE_ROW) {
    for (int i = 0; i < *columns; i++, c++) {
      c->kind = sqlite3_column_type(s, i);
      if (c->kind == SQLITE_INTEGER) c->integer = sqlite3_column_int64(s, i);
      else if (c->kind == SQLITE_FLOAT) c->real = sqlite3_column_double(s, i);
      else if (c->kind == SQLITE_TEXT || c->kind == SQLITE_BLOB) {
        c->length = sqlite3_column_bytes(s, i);
        char *copy = malloc(c->length + 1);
        memcpy(copy, sqlite3_column_blob(s, i), c->length);
        c->text = copy;
      }
    }
  }
  sqlite3_finalize(s);
  return cells;
}

static void insert_table(sqlite3 *new, const char *table, const Cell *c, int columns, long rows) {
  char sql[400];
  int n = snprintf(sql, sizeof sql, "INSERT INTO \"%s\" VALUES (?", table);
  for (int i = 1; i < columns; i++) n += snprintf(sql + n, sizeof sql - n, ",?");
  snprintf(sql + n, sizeof sql - n, ")");
  sqlite3_stmt *s;
  check(new, sqlite3_prepare_v2(new, sql, -1, &s, 0));
  for (long row = 0; row < rows; row++) {
    for (int i = 1; i <= columns; i++, c++) {
      if (c->kind == SQLITE_INTEGER) sqlite3_bind_int64(s, i, c->integer);
      else if (c->kind == SQLITE_FLOAT) sqlite3_bind_double(s, i, c->real);
      else if (c->kind == SQLITE_TEXT) sqlite3_bind_text(s, i, c->text, c->length, SQLITE_STATIC);
      else if (c->kind == SQLITE_BLOB) sqlite3_bind_blob(s, i, c->text, c->length, SQLITE_STATIC);
      else sqlite3_bind_null(s, i);
    }
    check(new, sqlite3_step(s) == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR);
    sqlite3_reset(s);
  }
  sqlite3_finalize(s);
}

int main(int argc, char **argv) {
  sqlite3 *old, *new;
  if (argc != 3) return 2;
  check(0, sqlite3_open_v2(argv[1], &old, SQLITE_OPEN_READONLY, 0));
  check(0, sqlite3_open(argv[2], &new));
  run(new, "PRAGMA page_size=32768; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-16000");
  sqlite3_stmt *schema;
  check(old, sqlite3_prepare_v2(old, "SELECT sql, name, type FROM sqlite_schema WHERE sql IS NOT NULL", -1, &schema, 0));
  double total = 0;
  run(new, "BEGIN");
  while (sqlite3_step(schema) == SQLITE_ROW) {
    run(new, (const char *)sqlite3_column_text(schema, 0));
    if (strcmp((const char *)sqlite3_column_text(schema, 2), "table") != 0) continue;
    const char *table = (const char *)sqlite3_column_text(schema, 1);
    int columns;
    long rows;
    Cell *cells = read_table(old, table, &columns, &rows);
    double start = cpu();
    insert_table(new, table, cells, columns, rows);
    double took = cpu() - start;
    total += took;
    if (rows > 1000) printf("%-14s %10ld rows %7.2f s\n", table, rows, took);
    for (long i = 0; i < rows * columns; i++) free((char *)cells[i].text);
    free(cells);
  }
  double start = cpu();
  run(new, "COMMIT");
  total += cpu() - start;
  printf("%-14s %10s %14.2f s\n", "total", "", total);
  return 0;
}
