<?php
// Work with mysqli and PDO (mysqlnd). Prints what it sees.
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
$env = getenv();

function settle(): void {
    global $env;
    $there = fsockopen('127.0.0.1', (int) $env['COMPAT_SETTLE']);
    fread($there, 1);
    fclose($there);
}

function say(...$words): void {
    echo json_encode($words, JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}

function failing(callable $what): void {
    try {
        say('no error', $what());
    } catch (Exception $error) {
        say(get_class($error), $error->getCode());
    }
}

$c = mysqli_init();
$c->options(MYSQLI_OPT_LOCAL_INFILE, 1);
$c->real_connect($env['COMPAT_HOST'], $env['COMPAT_USER'], $env['COMPAT_PASSWORD'], $env['COMPAT_DATABASE'], (int) $env['COMPAT_PORT']);
$c->set_charset('utf8mb4');
say($c->server_info, $c->character_set_name());
$c->query('CREATE TABLE items (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50), price DECIMAL(10,2), data BLOB)');
$insert = $c->prepare('INSERT INTO items (name, price, data) VALUES (?, ?, ?)');
for ($n = 0; $n < 50; $n++) {
    $name = "Grüße 🦀 $n";
    $price = $n / 4;
    $data = str_repeat('x', $n);
    $insert->bind_param('sds', $name, $price, $data);
    $insert->execute();
}
say($insert->insert_id, $c->affected_rows);
settle();
for ($n = 0; $n < 3; $n++) say($c->query('SELECT COUNT(*), SUM(price) FROM items')->fetch_row());
$select = $c->prepare('SELECT id, name, price FROM items WHERE id = ?');
foreach ([1, 2, 3] as $id) {
    $select->bind_param('i', $id);
    $select->execute();
    say($select->get_result()->fetch_assoc());
}
$cursor = $c->prepare('SELECT id FROM items ORDER BY id');
$cursor->attr_set(MYSQLI_STMT_ATTR_CURSOR_TYPE, MYSQLI_CURSOR_TYPE_READ_ONLY);
$cursor->execute();
$cursor->bind_result($id);
$sum = 0;
while ($cursor->fetch()) $sum += $id;
say('cursor', $sum);
$cursor->close();
$long = $c->prepare('INSERT INTO items (name, data) VALUES (?, ?)');
$name = 'long';
$nothing = null;
$long->bind_param('sb', $name, $nothing);
for ($n = 0; $n < 4; $n++) $long->send_long_data(1, str_repeat((string) $n, 10000));
$long->execute();
$c->begin_transaction();
say($c->query("SELECT name, LENGTH(data), SHA2(data, 256) FROM items WHERE name = 'long'")->fetch_row());
$c->rollback();
$c->begin_transaction(MYSQLI_TRANS_START_READ_ONLY);
failing(fn() => $c->query('DELETE FROM items'));
$c->commit();
$c->multi_query('SELECT 1; SELECT 2; SET @x = 3');
do {
    if ($result = $c->store_result()) say($result->fetch_all());
} while ($c->more_results() && $c->next_result());
failing(fn() => $c->query('SELECT * FROM nowhere'));
failing(fn() => $c->query('INSERT INTO items (id) VALUES (1)'));
$c->query('SET @a = 5');
for ($n = 0; $n < 3; $n++) say($c->query('SELECT @a')->fetch_row());
$c->select_db('information_schema');
say($c->query('SELECT DATABASE()')->fetch_row());
$c->change_user($env['COMPAT_USER'], $env['COMPAT_PASSWORD'], $env['COMPAT_DATABASE']);
say($c->query('SELECT DATABASE(), @a')->fetch_row());
$c->close();

foreach ([true, false] as $emulate) {
    say('PDO', $emulate);
    $p = new PDO("mysql:host={$env['COMPAT_HOST']};port={$env['COMPAT_PORT']};dbname={$env['COMPAT_DATABASE']};charset=utf8mb4",
        $env['COMPAT_USER'], $env['COMPAT_PASSWORD'],
        [PDO::ATTR_EMULATE_PREPARES => $emulate, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
    $p->exec("SET time_zone = '+02:00'");
    $s = $p->prepare('SELECT id, name, @@time_zone FROM items WHERE id < ? ORDER BY id');
    foreach ([2, 3, 4] as $id) {
        $s->execute([$id]);
        say($s->fetchAll(PDO::FETCH_NUM));
    }
    $p->beginTransaction();
    $s = $p->prepare('UPDATE items SET price = ? WHERE id = ?');
    $s->execute([99, 1]);
    say($s->rowCount(), $p->query('SELECT price FROM items WHERE id = 1')->fetchColumn());
    $p->rollBack();
    $p->beginTransaction();
    say($p->query('SELECT price FROM items WHERE id = 1')->fetchColumn());
    $p->commit();
    failing(fn() => $p->exec('INSERT INTO items (id) VALUES (1)'));
}
