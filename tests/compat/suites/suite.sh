#!/usr/bin/env bash
# suite.sh NAME runs the tests that a package ships, and prints how each ended: `passed NAME`,
# `failed NAME`, `skipped NAME`. The packages are where .ci/setup.sh compat has unpacked them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=$COMPAT_TOOLS/python/bin/python
sources=$COMPAT_TOOLS/suites
export DATABASE_URL="mysql://$COMPAT_USER:$COMPAT_PASSWORD@$COMPAT_HOST:$COMPAT_PORT/$COMPAT_DATABASE"
export COMPAT_OUTCOMES=$COMPAT_FOLDER/outcomes
export PYTHONPATH=$here
: > "$COMPAT_OUTCOMES"

# Tests that fail are no failure of this script.
with_pytest() {
  "$python" -B -m pytest -q -p no:cacheprovider -p outcomes "$@" >&2 || true
  cat "$COMPAT_OUTCOMES"
}

# What `cargo test` prints.
rust() {
  sed -nE 's/^test (.*) \.\.\. ok$/passed \1/p; s/^test (.*) \.\.\. FAILED$/failed \1/p; s/^test (.*) \.\.\. ignored.*/skipped \1/p'
}

case $1 in
  mysqlclient)
    printf '[MySQLdb-tests]\nhost=%s\nport=%s\nuser=%s\npassword=%s\ndatabase=%s\ndefault-character-set=utf8mb4\n' \
      "$COMPAT_HOST" "$COMPAT_PORT" "$COMPAT_USER" "$COMPAT_PASSWORD" "$COMPAT_DATABASE" > "$COMPAT_FOLDER/suite.cnf"
    export TESTDB=$COMPAT_FOLDER/suite.cnf
    cd "$sources/mysqlclient/tests" && with_pytest --rootdir=. .
    ;;
  mariadb)
    export TEST_DB_USER=$COMPAT_USER TEST_DB_PASSWORD=$COMPAT_PASSWORD TEST_DB_DATABASE=$COMPAT_DATABASE
    export TEST_DB_HOST=$COMPAT_HOST TEST_DB_PORT=$COMPAT_PORT PYTHONPATH=$here:$sources/mariadb/testing
    cd "$sources/mariadb/testing" && with_pytest test/integration
    ;;
  PyMySQL)
    # Its place is written into it, and so are its accounts.
    sed "s/^port = .*/port = $COMPAT_PORT/" "$sources/PyMySQL/tests/test_auth.py" > "$COMPAT_FOLDER/test_auth.py"
    cd "$COMPAT_FOLDER" && with_pytest --rootdir=. test_auth.py -k 'not ssl'
    ;;
  SQLAlchemy)
    cd "$sources/SQLAlchemy" && with_pytest --tb=short \
      --dburi "mysql+pymysql://$COMPAT_USER:$COMPAT_PASSWORD@$COMPAT_HOST:$COMPAT_PORT/$COMPAT_DATABASE?charset=utf8mb4" \
      test/dialect/mysql test/dialect/test_suite.py
    ;;
  mysql-connector-python)
    cd "$sources/mysql-connector-python"
    # Those of time limits wait for minutes, and use a server's own commands to do so.
    "$python" -B unittests.py --use-external-server --skip-install --verbosity 2 --host "$COMPAT_HOST" \
      --port "$COMPAT_PORT" --user "$COMPAT_USER" --password "$COMPAT_PASSWORD" \
      --unix-socket "$COMPAT_FOLDER/none" --test-regex '^(?!.*(timeout|pooling)).*$' > "$COMPAT_FOLDER/connector.log" 2>&1 || true
    sed -nE 's/^([A-Za-z_0-9.]+) \.\.\. ok$/passed \1/p; s/^([A-Za-z_0-9.]+) \.\.\. (FAIL|ERROR)$/failed \1/p; s/^([A-Za-z_0-9.]+) \.\.\. skipped.*/skipped \1/p' "$COMPAT_FOLDER/connector.log"
    tail -50 "$COMPAT_FOLDER/connector.log" >&2
    ;;
  mysql_async)
    export DATABASE_URL="$DATABASE_URL?prefer_socket=false"
    cd "$sources/mysql_async" && CARGO_TARGET_DIR=$COMPAT_TOOLS/build cargo test --no-default-features \
      --features minimal-rust,derive,client_ed25519 --no-fail-fast --lib --tests 2>&1 | tee "$COMPAT_FOLDER/cargo.log" | rust || true
    tail -50 "$COMPAT_FOLDER/cargo.log" >&2
    ;;
  sqlx)
    # One at a time: they share their tables.
    cd "$COMPAT_TOOLS/rust" && CARGO_TARGET_DIR=$COMPAT_TOOLS/build cargo test --no-fail-fast --tests -- --test-threads=1 2>&1 \
      | tee "$COMPAT_FOLDER/cargo.log" | rust || true
    tail -50 "$COMPAT_FOLDER/cargo.log" >&2
    ;;
esac
