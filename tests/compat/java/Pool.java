import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.Socket;
import java.sql.*;
import java.util.*;
import java.util.concurrent.*;

/** Work with HikariCP over MariaDB Connector/J: what a pool does to connections between its users. */
public class Pool {
    static final Map<String, String> ENV = System.getenv();

    static void settle() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", Integer.parseInt(ENV.get("COMPAT_SETTLE")))) {
            socket.getInputStream().read();
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet found = statement.executeQuery(sql)) {
            return found.next() ? found.getString(1) : "no row";
        }
    }

    /** What a user of a connection has changed, the pool takes back. */
    static void changes(HikariDataSource pool) throws Exception {
        for (int n = 0; n < 6; n++) {
            try (Connection c = pool.getConnection()) {
                System.out.println(c.getAutoCommit() + " " + c.isReadOnly() + " " + c.getTransactionIsolation()
                    + " " + c.getCatalog() + " " + value(c, "SELECT DATABASE()") + " " + c.isValid(5));
                c.setAutoCommit(false);
                c.setReadOnly(n % 2 == 0);
                c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                if (n == 3) c.setCatalog("information_schema");
                System.out.println(value(c, "SELECT COUNT(*) > 0 FROM information_schema.tables"));
                c.rollback();
            }
        }
    }

    static void crowd(HikariDataSource pool) throws Exception {
        try (Connection c = pool.getConnection()) {
            run(c, "CREATE TABLE tally (id INT PRIMARY KEY, n INT)");
            run(c, "INSERT INTO tally VALUES (1, 0)");
        }
        ExecutorService workers = Executors.newFixedThreadPool(8);
        List<Future<Integer>> done = new ArrayList<>();
        for (int n = 0; n < 60; n++) {
            done.add(workers.submit(() -> {
                try (Connection c = pool.getConnection();
                     PreparedStatement s = c.prepareStatement("UPDATE tally SET n = n + ? WHERE id = 1")) {
                    c.setAutoCommit(false);
                    s.setInt(1, 1);
                    int rows = s.executeUpdate();
                    c.commit();
                    return rows;
                }
            }));
        }
        int rows = 0;
        for (Future<Integer> one : done) rows += one.get();
        workers.shutdown();
        settle();
        try (Connection c = pool.getConnection()) {
            System.out.println(rows + " " + value(c, "SELECT n FROM tally"));
            run(c, "DROP TABLE tally");
        }
    }

    public static void main(String[] arguments) throws Exception {
        for (String options : new String[] {"", "useServerPrepStmts=true"}) {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl("jdbc:mariadb://" + ENV.get("COMPAT_HOST") + ":" + ENV.get("COMPAT_PORT") + "/"
                + ENV.get("COMPAT_DATABASE") + "?" + options);
            config.setUsername(ENV.get("COMPAT_USER"));
            config.setPassword(ENV.get("COMPAT_PASSWORD"));
            config.setCatalog(ENV.get("COMPAT_DATABASE"));
            config.setMaximumPoolSize(4);
            config.setConnectionInitSql("SET @begun = 1");
            System.out.println("## " + options);
            try (HikariDataSource pool = new HikariDataSource(config)) {
                changes(pool);
                crowd(pool);
            }
        }
    }
}
