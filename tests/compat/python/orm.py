"""Work with SQLAlchemy: the ORM, reflection, its pool. Prints what it sees."""

import datetime
import decimal
import os

import sqlalchemy as sa
from sqlalchemy import orm

from seen import settle

ENV = os.environ
URL = sa.URL.create(
    "mysql+pymysql", ENV["COMPAT_USER"], ENV["COMPAT_PASSWORD"], ENV["COMPAT_HOST"],
    int(ENV["COMPAT_PORT"]), ENV["COMPAT_DATABASE"], {"charset": "utf8mb4"},
)


class Base(orm.DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(100), unique=True)
    born: orm.Mapped[datetime.date | None]
    books: orm.Mapped[list["Book"]] = orm.relationship(back_populates="author")


class Book(Base):
    __tablename__ = "books"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    title: orm.Mapped[str] = orm.mapped_column(sa.String(100), index=True)
    price: orm.Mapped[decimal.Decimal] = orm.mapped_column(sa.Numeric(10, 2))
    meta: orm.Mapped[dict] = orm.mapped_column(sa.JSON)
    author_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("authors.id"))
    author: orm.Mapped[Author] = orm.relationship(back_populates="books")


engine = sa.create_engine(URL, pool_size=3, pool_pre_ping=True)
Base.metadata.create_all(engine)
settle()
inspector = sa.inspect(engine)
print(sorted(inspector.get_table_names()), [c["name"] for c in inspector.get_columns("books")])
print([(i["name"], i["column_names"]) for i in inspector.get_indexes("books")],
      [f["referred_table"] for f in inspector.get_foreign_keys("books")])

with orm.Session(engine) as session:
    for number in range(20):
        author = Author(name=f"Author {number}", born=datetime.date(1900 + number, 1, 1))
        author.books = [
            Book(title=f"Book {number}.{n}", price=decimal.Decimal(n) / 2, meta={"n": n, "ü": "🦀"})
            for n in range(5)
        ]
        session.add(author)
    session.flush()
    print(session.scalar(sa.select(sa.func.count()).select_from(Book)))
    session.commit()
    found = session.scalars(sa.select(Author).order_by(Author.id).options(
        orm.selectinload(Author.books)).limit(2)).all()
    print([(a.id, a.name, a.born, [(b.title, b.price, b.meta) for b in a.books]) for a in found])

with orm.Session(engine) as session:
    session.add(Author(name="Author 1"))
    try:
        session.commit()
    except sa.exc.IntegrityError as error:
        print("IntegrityError", error.orig.args[0])
        session.rollback()
    book = session.get(Book, 3)
    book.price += 1
    session.commit()
    print(session.get(Book, 3).price)
    session.execute(sa.update(Book).where(Book.id < 3).values(price=9))
    session.rollback()
    print(session.execute(sa.select(Book.id, Book.price).where(Book.id < 4)).all())

settle()
alone = engine.execution_options(isolation_level="AUTOCOMMIT")
with alone.connect() as connection:
    for _ in range(4):
        print(connection.execute(sa.text("SELECT COUNT(*), SUM(price) FROM books")).all())
    print(connection.execute(sa.insert(Author).values(name="late")).inserted_primary_key)
for level in ("READ COMMITTED", "SERIALIZABLE", "REPEATABLE READ"):
    with engine.connect().execution_options(isolation_level=level) as connection:
        print(level, connection.get_isolation_level(),
              connection.execute(sa.text("SELECT COUNT(*) FROM authors")).scalar())
with engine.connect() as connection:
    result = connection.execution_options(stream_results=True, max_row_buffer=10).execute(
        sa.select(Book.title).order_by(Book.id))
    print(sum(len(part) for part in result.partitions(7)))
Base.metadata.drop_all(engine)
print(engine.pool.status().split("Connections in pool")[0])
