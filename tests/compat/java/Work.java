import java.io.StringReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.*;
import java.util.*;

/** Work with MariaDB Connector/J. Prints what it sees. */
public class Work {
    static final Map<String, String> ENV = System.getenv();

    static Connection connect(String options) throws SQLException {
        String url = "jdbc:mariadb://" + ENV.get("COMPAT_HOST") + ":" + ENV.get("COMPAT_PORT") + "/"
            + ENV.get("COMPAT_DATABASE") + "?" + options;
        return DriverManager.getConnection(url, ENV.get("COMPAT_USER"), ENV.get("COMPAT_PASSWORD"));
    }

    static void settle() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", Integer.parseInt(ENV.get("COMPAT_SETTLE")))) {
            socket.getInputStream().read();
        }
    }

    static void say(Object... words) {
        StringJoiner line = new StringJoiner(" ");
        for (Object word : words) line.add(String.valueOf(word));
        System.out.println(line);
    }

    static String rows(ResultSet found) throws SQLException {
        StringBuilder out = new StringBuilder();
        int columns = found.getMetaData().getColumnCount();
        while (found.next()) {
            StringJoiner row = new StringJoiner(",", "[", "]");
            for (int n = 1; n <= columns; n++) {
                String value = found.getString(n);
                boolean isLong = value != null && value.length() > 200;
                row.add(isLong ? "<" + value.length() + " " + value.hashCode() + ">" : value);
            }
            out.append(row);
        }
        return out.toString();
    }

    static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql) ? rows(statement.getResultSet())
                : String.valueOf(statement.getUpdateCount());
        }
    }

    static void failing(Connection connection, String sql) {
        try {
            say("no error", ask(connection, sql));
        } catch (SQLException error) {
            say(error.getClass().getSimpleName(), error.getErrorCode(), error.getSQLState());
        }
    }

    static void values(Connection c) throws Exception {
        say("# values");
        ask(c, "CREATE TABLE kinds (id INT AUTO_INCREMENT PRIMARY KEY, big BIGINT UNSIGNED, price DECIMAL(20,6),"
            + " ratio DOUBLE, word VARCHAR(100), body LONGTEXT, data LONGBLOB, moment DATETIME(6), made YEAR)");
        String insert = "INSERT INTO kinds (big, price, ratio, word, body, data, moment, made) VALUES (?,?,?,?,?,?,?,?)";
        try (PreparedStatement s = c.prepareStatement(insert, Statement.RETURN_GENERATED_KEYS)) {
            for (int n = 0; n < 3; n++) {
                s.setString(1, "18446744073709551615");
                s.setBigDecimal(2, new java.math.BigDecimal("1234567.123456"));
                s.setDouble(3, 0.1);
                s.setString(4, "Grüße 🦀 'q'");
                s.setCharacterStream(5, new StringReader("x".repeat(100_000)));
                s.setBytes(6, new byte[] {0, 1, 2, 'a'});
                s.setTimestamp(7, Timestamp.valueOf("2024-02-29 23:59:59.123456"));
                s.setNull(8, Types.INTEGER);
                s.executeUpdate();
                say("key", rows(s.getGeneratedKeys()));
            }
        }
        settle();
        say(ask(c, "SELECT * FROM kinds ORDER BY id"));
        try (PreparedStatement s = c.prepareStatement("SELECT * FROM kinds WHERE id = ?")) {
            for (int n = 1; n <= 3; n++) {
                s.setInt(1, n);
                say(rows(s.executeQuery()));
            }
        }
    }

    static void many(Connection c) throws Exception {
        say("# many rows");
        ask(c, "CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(50), amount INT)");
        try (PreparedStatement s = c.prepareStatement("INSERT INTO items VALUES (?, ?, ?)")) {
            for (int n = 0; n < 1000; n++) {
                s.setInt(1, n);
                s.setString(2, "item " + n);
                s.setInt(3, n * 7 % 101);
                s.addBatch();
            }
            say(s.executeBatch().length);
        }
        settle();
        for (int n = 0; n < 4; n++) say(ask(c, "SELECT COUNT(*), SUM(amount) FROM items"));
        try (Statement s = c.createStatement()) {
            s.setFetchSize(10);
            ResultSet found = s.executeQuery("SELECT * FROM items ORDER BY id");
            int count = 0;
            while (found.next()) count++;
            say("streamed", count);
        }
    }

    static void transactions(Connection c) throws Exception {
        say("# transactions");
        c.setAutoCommit(false);
        ask(c, "UPDATE items SET amount = 1000 WHERE id = 1");
        say(ask(c, "SELECT amount FROM items WHERE id = 1"));
        c.rollback();
        Savepoint a = c.setSavepoint("a");
        ask(c, "UPDATE items SET amount = 2 WHERE id = 1");
        c.rollback(a);
        say(ask(c, "SELECT amount FROM items WHERE id = 1"));
        ask(c, "UPDATE items SET amount = 3 WHERE id = 1");
        c.commit();
        c.setAutoCommit(true);
        settle();
        say(ask(c, "SELECT amount FROM items WHERE id = 1"));
        c.setReadOnly(true);
        say(c.isReadOnly(), ask(c, "SELECT COUNT(*) FROM items"));
        c.setReadOnly(false);
        for (int level : new int[] {Connection.TRANSACTION_SERIALIZABLE, Connection.TRANSACTION_READ_COMMITTED}) {
            c.setTransactionIsolation(level);
            say(c.getTransactionIsolation(), ask(c, "SELECT COUNT(*) FROM items"));
        }
    }

    static void session(Connection c) throws Exception {
        say("# session and errors");
        failing(c, "INSERT INTO items VALUES (1, 'again', 1)");
        failing(c, "SELECT * FROM nowhere");
        failing(c, "SELEKT 1");
        ask(c, "SET @a = 5");
        for (int n = 0; n < 3; n++) say(ask(c, "SELECT @a"));
        ask(c, "CREATE TEMPORARY TABLE scratch (a INT)");
        ask(c, "INSERT INTO scratch VALUES (1), (2)");
        for (int n = 0; n < 3; n++) say(ask(c, "SELECT SUM(a) FROM scratch"));
        ask(c, "CREATE PROCEDURE twice(IN a INT, OUT b INT) BEGIN SET b = a * 2; SELECT a; END");
        try (CallableStatement s = c.prepareCall("{CALL twice(?, ?)}")) {
            s.setInt(1, 21);
            s.registerOutParameter(2, Types.INTEGER);
            s.execute();
            say(s.getInt(2));
        }
        try (Statement s = c.createStatement()) {
            boolean isRows = s.execute("SELECT 1; SELECT 2; UPDATE items SET amount = 1 WHERE id = 2");
            while (isRows || s.getUpdateCount() != -1) {
                say(isRows ? rows(s.getResultSet()) : s.getUpdateCount());
                isRows = s.getMoreResults();
            }
        }
        Path file = Path.of(ENV.get("COMPAT_FOLDER"), "java.csv");
        StringBuilder lines = new StringBuilder();
        for (int n = 0; n < 500; n++) lines.append(n).append(",name ").append(n).append('\n');
        Files.writeString(file, lines);
        ask(c, "CREATE TABLE loaded (id INT PRIMARY KEY, name VARCHAR(50))");
        say(ask(c, "LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE loaded FIELDS TERMINATED BY ','"));
        settle();
        say(ask(c, "SELECT COUNT(*), MAX(name) FROM loaded"), c.isValid(5), c.getCatalog());
        ResultSet tables = c.getMetaData().getTables(c.getCatalog(), null, "%", new String[] {"TABLE"});
        StringJoiner names = new StringJoiner(",");
        while (tables.next()) names.add(tables.getString("TABLE_NAME"));
        say(names);
    }

    public static void main(String[] arguments) throws Exception {
        for (String options : new String[] {
            "allowLocalInfile=true&allowMultiQueries=true",
            "allowLocalInfile=true&allowMultiQueries=true&useServerPrepStmts=true",
            "allowLocalInfile=true&allowMultiQueries=true&rewriteBatchedStatements=true"}) {
            say("##", options);
            try (Connection c = connect(options)) {
                values(c);
                many(c);
                transactions(c);
                session(c);
                for (String table : new String[] {"kinds", "items", "loaded"}) ask(c, "DROP TABLE " + table);
                ask(c, "DROP PROCEDURE twice");
            }
        }
    }
}
