# The same work with the drivers of Perl's DBI: work.pl MariaDB|mysql. Prints what it sees.
use strict;
use warnings;
use utf8;
use DBI;
use Digest::SHA qw(sha256_hex);
use IO::Socket::INET;

binmode STDOUT, ':utf8';
$| = 1;
my $driver = shift;
my $of = lc $driver;

# Waits until the replicas have all that the primary has.
sub settle {
    my $there = IO::Socket::INET->new("127.0.0.1:$ENV{COMPAT_SETTLE}") or die "nobody to wait for: $!";
    read $there, my $nothing, 1;
}

sub connection {
    my ($prepares) = @_;
    my $place = "database=$ENV{COMPAT_DATABASE};host=$ENV{COMPAT_HOST};port=$ENV{COMPAT_PORT};${of}_local_infile=1";
    my $more = $driver eq 'mysql' ? { mysql_enable_utf8mb4 => 1 } : {};
    return DBI->connect("dbi:$driver:$place;${of}_multi_statements=1", $ENV{COMPAT_USER}, $ENV{COMPAT_PASSWORD},
        { RaiseError => 1, PrintError => 0, "${of}_server_prepare" => $prepares, %$more });
}

sub say_all { print join(' ', map { plain($_) } @_), "\n" }

sub plain {
    my ($value) = @_;
    return 'NULL' unless defined $value;
    return '[' . join(',', map { plain($_) } @$value) . ']' if ref $value;
    return length($value) > 200 ? '<' . length($value) . ' ' . length_hash($value) . '>' : $value;
}

sub length_hash {
    my ($value) = @_;
    utf8::encode($value) if utf8::is_utf8($value);
    return substr sha256_hex($value), 0, 12;
}

sub rows { my ($c, $sql, @values) = @_; return $c->selectall_arrayref($sql, undef, @values) }

sub failing {
    my ($c, $sql) = @_;
    eval { $c->do($sql); 1 } ? say_all('no error', $sql) : say_all($c->err, $c->state);
}

sub work {
    my ($prepares) = @_;
    my $c = connection($prepares);
    say_all('# values', $prepares);
    $c->do('DROP TABLE IF EXISTS kinds, items, tmp, loaded');
    $c->do('CREATE TABLE kinds (id INT AUTO_INCREMENT PRIMARY KEY, big BIGINT UNSIGNED, price DECIMAL(20,6),
        ratio DOUBLE, word VARCHAR(100), body LONGTEXT, moment DATETIME(6), made YEAR)');
    my $insert = $c->prepare('INSERT INTO kinds (big, price, ratio, word, body, moment, made) VALUES (?,?,?,?,?,?,?)');
    for my $sample (['18446744073709551615', '12345678901234.123456', 0.5, "Grüße 🦀 'q'", 'x' x 100_000,
            '2024-02-29 23:59:59.123456', 2024], [(undef) x 7], [0, '-0.000001', -1e30, '', '\\ % _ ; -- #',
            '1970-01-01 00:00:00.000000', 1999]) {
        say_all($insert->execute(@$sample), $c->last_insert_id(undef, undef, undef, undef));
    }
    settle();
    say_all(rows($c, 'SELECT * FROM kinds WHERE id > ? ORDER BY id', $_)) for 0, 1, 2;
    my $columns = $c->prepare('SELECT id, word, price FROM kinds LIMIT 0');
    $columns->execute;
    say_all($columns->{NAME}, $columns->{TYPE}, $columns->{NULLABLE});
    $columns->finish;

    say_all('# many rows');
    $c->do('CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(50), amount INT)');
    my $item = $c->prepare('INSERT INTO items VALUES (?, ?, ?)');
    $c->begin_work;
    $item->execute($_, "item $_", $_ * 7 % 101) for 0 .. 499;
    $c->commit;
    settle();
    say_all(rows($c, 'SELECT COUNT(*), SUM(amount) FROM items')) for 1 .. 4;
    my $all = $c->prepare('SELECT id FROM items WHERE id >= ? ORDER BY id');
    $all->execute(10);
    my $sum = 0;
    while (my ($id) = $all->fetchrow_array) { $sum += $id }
    say_all('sum', $sum);

    say_all('# transactions');
    $c->begin_work;
    $c->do('UPDATE items SET amount = ? WHERE id = 1', undef, 1000);
    say_all(rows($c, 'SELECT amount FROM items WHERE id = 1'));
    $c->rollback;
    $c->{AutoCommit} = 0;
    say_all(rows($c, 'SELECT amount FROM items WHERE id = 1'));
    $c->do('UPDATE items SET amount = 3 WHERE id = 1');
    $c->commit;
    $c->{AutoCommit} = 1;
    settle();
    say_all(rows($c, 'SELECT amount FROM items WHERE id = ?', 1));

    say_all('# errors and the session');
    failing($c, $_) for "INSERT INTO items VALUES (1, 'again', 1)", 'SELECT * FROM nowhere', 'SELEKT 1', 'USE nowhere';
    $c->do("SET \@a = 5, time_zone = '+03:00'");
    say_all(rows($c, 'SELECT @a, @@time_zone, FROM_UNIXTIME(0)')) for 1 .. 3;
    $c->do('CREATE TEMPORARY TABLE tmp (a INT)');
    say_all($c->do('INSERT INTO tmp VALUES (1), (2)'), rows($c, 'SELECT SUM(a) FROM tmp'));
    $c->do('DROP PROCEDURE IF EXISTS two');
    $c->do('CREATE PROCEDURE two(a INT) BEGIN SELECT a; SELECT a * 2; END');
    results($c, 'CALL two(21)');
    results($c, 'SELECT 1; SELECT 2, 3; SELECT @a');
    local_file($c);
    say_all($c->ping, $c->quote("a'b"), rows($c, 'SELECT DATABASE()'));
    $c->disconnect;
}

sub results {
    my ($c, $sql) = @_;
    my $s = $c->prepare($sql, { "${of}_server_prepare" => 0 });
    $s->execute;
    do { say_all($s->fetchall_arrayref) if $s->{NUM_OF_FIELDS} } while $s->more_results;
}

sub local_file {
    my ($c) = @_;
    my $path = "$ENV{COMPAT_FOLDER}/perl-$of.csv";
    open my $file, '>', $path or die "$path: $!";
    print $file "$_,name $_\n" for 0 .. 499;
    close $file;
    $c->do('CREATE TABLE loaded (id INT PRIMARY KEY, name VARCHAR(50))');
    say_all($c->do("LOAD DATA LOCAL INFILE '$path' INTO TABLE loaded FIELDS TERMINATED BY ','"));
    settle();
    say_all(rows($c, 'SELECT COUNT(*), MAX(name) FROM loaded'));
}

work($_) for 0, 1;
