# Work with mysql2 for Ruby. Prints what it sees.
require 'bigdecimal'
require 'digest'
require 'mysql2'
require 'socket'

PLACE = { host: ENV['COMPAT_HOST'], port: ENV['COMPAT_PORT'].to_i, username: ENV['COMPAT_USER'],
          password: ENV['COMPAT_PASSWORD'], database: ENV['COMPAT_DATABASE'], encoding: 'utf8mb4',
          local_infile: true, flags: Mysql2::Client::MULTI_STATEMENTS }.freeze
$stdout.sync = true

def settle
  TCPSocket.open('127.0.0.1', ENV['COMPAT_SETTLE'].to_i, &:read)
end

def plain(value)
  case value
  when String then value.bytesize > 200 ? "<#{value.bytesize} #{Digest::SHA256.hexdigest(value)[0, 12]}>" : value.dup.force_encoding('UTF-8').inspect
  when BigDecimal then value.to_s('F')
  when Time then value.strftime('%F %T.%6N')
  when Array then "[#{value.map { |v| plain(v) }.join(',')}]"
  else value.inspect
  end
end

def say(*words)
  puts words.map { |word| plain(word) }.join(' ')
end

def rows(result)
  result&.to_a
end

def failing(c, sql)
  say 'no error', rows(c.query(sql, as: :array))
rescue Mysql2::Error => e
  say e.error_number, e.sql_state
end

c = Mysql2::Client.new(PLACE)
ask = ->(sql, **options) { rows(c.query(sql, as: :array, **options)) }
say '# values'
ask.call('CREATE TABLE kinds (id INT AUTO_INCREMENT PRIMARY KEY, big BIGINT UNSIGNED, price DECIMAL(20,6),
  ratio DOUBLE, word VARCHAR(100), data LONGBLOB, moment DATETIME(6), made YEAR)')
insert = c.prepare('INSERT INTO kinds (big, price, ratio, word, data, moment, made) VALUES (?,?,?,?,?,?,?)')
[[2**64 - 1, BigDecimal('12345678901234.123456'), 0.5, "Grüße 🦀 'q'", 'x' * 100_000,
  '2024-02-29 23:59:59.123456', 2024], [nil] * 7].each do |sample|
  insert.execute(*sample)
  say insert.affected_rows, insert.last_id
end
settle
select = c.prepare('SELECT * FROM kinds WHERE id > ? ORDER BY id')
[0, 1].each { |from| say rows(select.execute(from, as: :array, database_timezone: :utc)) }
say ask.call('SELECT * FROM kinds ORDER BY id', database_timezone: :utc)

say '# many rows'
ask.call('CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(50), amount INT)')
ask.call("INSERT INTO items VALUES #{(0...1000).map { |n| "(#{n}, 'item #{n}', #{n * 7 % 101})" }.join(',')}")
say c.affected_rows
settle
4.times { say ask.call('SELECT COUNT(*), SUM(amount) FROM items') }
sum = 0
c.query('SELECT id FROM items ORDER BY id', as: :array, stream: true, cache_rows: false).each { |row| sum += row[0] }
say 'streamed', sum

say '# transactions'
ask.call('BEGIN')
ask.call('UPDATE items SET amount = 1000 WHERE id = 1')
say ask.call('SELECT amount FROM items WHERE id = 1')
ask.call('ROLLBACK')
ask.call('START TRANSACTION READ ONLY')
failing(c, 'DELETE FROM items')
ask.call('COMMIT')
ask.call('SET autocommit = 0')
ask.call('UPDATE items SET amount = 3 WHERE id = 1')
ask.call('COMMIT')
ask.call('SET autocommit = 1')
settle
say ask.call('SELECT amount FROM items WHERE id = 1')

say '# errors and the session'
["INSERT INTO items VALUES (1, 'again', 1)", 'SELECT * FROM nowhere', 'SELEKT 1', 'USE nowhere'].each { |sql| failing(c, sql) }
ask.call("SET @a = 5, time_zone = '+03:00'")
3.times { say ask.call('SELECT @a, @@time_zone, FROM_UNIXTIME(0)', cast: false) }
ask.call('CREATE TEMPORARY TABLE tmp (a INT)')
ask.call('INSERT INTO tmp VALUES (1), (2)')
3.times { say ask.call('SELECT SUM(a) FROM tmp') }
ask.call('CREATE PROCEDURE two(a INT) BEGIN SELECT a; SELECT a * 2; END')
['CALL two(21)', 'SELECT 1; SELECT 2, 3; SELECT @a'].each do |sql|
  say ask.call(sql)
  while c.next_result
    more = c.store_result
    say rows(more) if more
  end
end
path = File.join(ENV['COMPAT_FOLDER'], 'ruby.csv')
File.write(path, (0...500).map { |n| "#{n},name #{n}\n" }.join)
ask.call('CREATE TABLE loaded (id INT PRIMARY KEY, name VARCHAR(50))')
ask.call("LOAD DATA LOCAL INFILE '#{path}' INTO TABLE loaded FIELDS TERMINATED BY ','")
say c.affected_rows
settle
say ask.call('SELECT COUNT(*), MAX(name) FROM loaded')
c.select_db('information_schema')
say ask.call('SELECT DATABASE()'), c.ping
c.close
say '# threads'
main = Mysql2::Client.new(PLACE)
main.query('CREATE TABLE tally (id INT PRIMARY KEY, n INT)')
main.query('INSERT INTO tally VALUES (1, 0)')
(1..4).map do
  Thread.new do
    mine = Mysql2::Client.new(PLACE)
    10.times { mine.query('UPDATE tally SET n = n + 1 WHERE id = 1') }
    mine.close
  end
end.each(&:join)
settle
say main.query('SELECT n FROM tally', as: :array).to_a
