// The same work with go-sql-driver, by way of database/sql and its pool. Prints what it sees.
package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io/ioutil"
	"net"
	"os"
	"strings"
	"sync"

	"github.com/go-sql-driver/mysql"
)

var ctx = context.Background()

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// settle waits until the replicas have all that the primary has.
func settle() {
	there, err := net.Dial("tcp", "127.0.0.1:"+os.Getenv("COMPAT_SETTLE"))
	check(err)
	_, _ = ioutil.ReadAll(there)
}

func open(options string) *sql.DB {
	place := fmt.Sprintf("%s:%s@tcp(%s:%s)/%s?%s", os.Getenv("COMPAT_USER"), os.Getenv("COMPAT_PASSWORD"),
		os.Getenv("COMPAT_HOST"), os.Getenv("COMPAT_PORT"), os.Getenv("COMPAT_DATABASE"), options)
	pool, err := sql.Open("mysql", place)
	check(err)
	return pool
}

func plain(value interface{}) string {
	data, isBytes := value.([]byte)
	switch {
	case value == nil:
		return "NULL"
	case isBytes && len(data) > 200:
		return fmt.Sprintf("<%d %x>", len(data), sha256.Sum256(data))
	case isBytes:
		return string(data)
	}
	return fmt.Sprint(value)
}

func scan(found *sql.Rows) string {
	columns, err := found.Columns()
	check(err)
	var out []string
	for found.Next() {
		values := make([]interface{}, len(columns))
		places := make([]interface{}, len(columns))
		for n := range values {
			places[n] = &values[n]
		}
		check(found.Scan(places...))
		var words []string
		for _, value := range values {
			words = append(words, plain(value))
		}
		out = append(out, "["+strings.Join(words, ",")+"]")
	}
	check(found.Err())
	return strings.Join(out, "")
}

func ask(c *sql.Conn, text string, values ...interface{}) string {
	found, err := c.QueryContext(ctx, text, values...)
	check(err)
	defer found.Close()
	out := scan(found)
	for found.NextResultSet() {
		out += " and " + scan(found)
	}
	return out
}

func do(c *sql.Conn, text string, values ...interface{}) string {
	done, err := c.ExecContext(ctx, text, values...)
	check(err)
	id, _ := done.LastInsertId()
	rows, _ := done.RowsAffected()
	return fmt.Sprint(rows, " ", id)
}

func failing(c *sql.Conn, text string, values ...interface{}) {
	_, err := c.ExecContext(ctx, text, values...)
	if server, ok := err.(*mysql.MySQLError); ok {
		fmt.Println(server.Number, server.Message)
		return
	}
	fmt.Println("no error of the server:", err)
}

func work(options string) {
	fmt.Println("#", options)
	pool := open(options)
	defer pool.Close()
	c, err := pool.Conn(ctx)
	check(err)
	do(c, "DROP TABLE IF EXISTS kinds, items, loaded")
	do(c, `CREATE TABLE kinds (id INT AUTO_INCREMENT PRIMARY KEY, big BIGINT UNSIGNED, price DECIMAL(20,6),
		ratio DOUBLE, word VARCHAR(100), data LONGBLOB, moment DATETIME(6), made YEAR)`)
	insert := "INSERT INTO kinds (big, price, ratio, word, data, moment, made) VALUES (?,?,?,?,?,?,?)"
	fmt.Println(do(c, insert, uint64(1<<63), "12345678901234.123456", 0.5, "Grüße 🦀 'q'",
		[]byte(strings.Repeat("x", 100000)), "2024-02-29 23:59:59.123456", 2024))
	fmt.Println(do(c, insert, nil, nil, nil, nil, nil, nil, nil))
	settle()
	for from := 0; from < 2; from++ {
		fmt.Println(ask(c, "SELECT * FROM kinds WHERE id > ? ORDER BY id", from))
	}
	do(c, "CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(50), amount INT)")
	prepared, err := c.PrepareContext(ctx, "INSERT INTO items VALUES (?, ?, ?)")
	check(err)
	for n := 0; n < 300; n++ {
		_, err = prepared.Exec(n, fmt.Sprint("item ", n), n*7%101)
		check(err)
	}
	check(prepared.Close())
	settle()
	for n := 0; n < 4; n++ {
		fmt.Println(ask(c, "SELECT COUNT(*), SUM(amount) FROM items WHERE id < ?", 290+n))
	}
	transactions(c)
	session(c)
	localFile(c)
	check(c.Close())
}

func transactions(c *sql.Conn) {
	fmt.Println("# transactions")
	for _, commits := range []bool{false, true} {
		t, err := c.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
		check(err)
		_, err = t.Exec("UPDATE items SET amount = ? WHERE id = 1", 1000)
		check(err)
		var amount int
		check(t.QueryRow("SELECT amount FROM items WHERE id = ?", 1).Scan(&amount))
		fmt.Println(amount)
		if commits {
			check(t.Commit())
		} else {
			check(t.Rollback())
		}
		settle()
		fmt.Println(ask(c, "SELECT amount FROM items WHERE id = ?", 1))
	}
	t, err := c.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	check(err)
	_, err = t.Exec("DELETE FROM items")
	fmt.Println(err)
	check(t.Rollback())
}

func session(c *sql.Conn) {
	fmt.Println("# errors and the session")
	for _, text := range []string{"INSERT INTO items VALUES (1, 'again', 1)", "SELECT * FROM nowhere", "SELEKT 1"} {
		failing(c, text)
	}
	failing(c, "SELECT * FROM nowhere WHERE a = ?", 1)
	do(c, "SET @a = 5, time_zone = '+03:00'")
	for n := 0; n < 3; n++ {
		fmt.Println(ask(c, "SELECT @a, @@time_zone, FROM_UNIXTIME(0)"))
	}
	do(c, "CREATE TEMPORARY TABLE tmp (a INT)")
	do(c, "INSERT INTO tmp VALUES (1), (2)")
	fmt.Println(ask(c, "SELECT SUM(a) FROM tmp WHERE a > ?", 0))
	do(c, "DROP TEMPORARY TABLE tmp")
	do(c, "DROP PROCEDURE IF EXISTS two")
	do(c, "CREATE PROCEDURE two(a INT) BEGIN SELECT a; SELECT a * 2; END")
	fmt.Println(ask(c, "CALL two(21)"))
	fmt.Println(ask(c, "SELECT 1; SELECT 2, 3; SELECT @a"))
	check(c.PingContext(ctx))
	fmt.Println(ask(c, "SELECT DATABASE()"))
}

func localFile(c *sql.Conn) {
	path := os.Getenv("COMPAT_FOLDER") + "/go.csv"
	var lines strings.Builder
	for n := 0; n < 500; n++ {
		fmt.Fprintf(&lines, "%d,name %d\n", n, n)
	}
	check(ioutil.WriteFile(path, []byte(lines.String()), 0o600))
	mysql.RegisterLocalFile(path)
	do(c, "CREATE TABLE loaded (id INT PRIMARY KEY, name VARCHAR(50))")
	fmt.Println(do(c, "LOAD DATA LOCAL INFILE '"+path+"' INTO TABLE loaded FIELDS TERMINATED BY ','"))
	settle()
	fmt.Println(ask(c, "SELECT COUNT(*), MAX(name) FROM loaded"))
}

// crowd counts with a pool of four connections.
func crowd() {
	fmt.Println("# a pool")
	pool := open("")
	defer pool.Close()
	pool.SetMaxOpenConns(4)
	_, err := pool.Exec("CREATE TABLE tally (id INT PRIMARY KEY, n INT)")
	check(err)
	_, err = pool.Exec("INSERT INTO tally VALUES (1, 0)")
	check(err)
	var all sync.WaitGroup
	for n := 0; n < 40; n++ {
		all.Add(1)
		go func() {
			defer all.Done()
			t, err := pool.Begin()
			check(err)
			_, err = t.Exec("UPDATE tally SET n = n + ? WHERE id = 1", 1)
			check(err)
			check(t.Commit())
		}()
	}
	all.Wait()
	settle()
	var n int
	check(pool.QueryRow("SELECT n FROM tally").Scan(&n))
	fmt.Println(n)
}

func main() {
	for _, options := range []string{"multiStatements=true", "multiStatements=true&interpolateParams=true"} {
		work(options)
	}
	crowd()
}
