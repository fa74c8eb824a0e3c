CREATE TABLE author (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  born INTEGER NOT NULL
);

INSERT INTO author VALUES
  (1, 'Dov Kent', 'Ghana', 1975),
  (2, 'Zeno Quill', 'Chile', 1961),
  (3, 'Mina Frost', 'Chile', 1926),
  (4, 'Bruno Cole', 'Ghana', 1965),
  (5, 'Ada Keller', 'Chile', 1973),
  (6, 'Berta Ibsen', 'Chile', 1976),
  (7, 'Gus Jung', 'Italy', 1928),
  (8, 'Hana Novak', 'Chile', 1945);

CREATE TABLE book (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  genre TEXT NOT NULL,
  pages INTEGER NOT NULL,
  author_id INTEGER NOT NULL REFERENCES author (id)
);

INSERT INTO book VALUES
  (1, 'The Tin Garden', 'travel', 284, 5),
  (2, 'Nine Bridges', 'mystery', 524, 4),
  (3, 'A Quiet Storm', 'mystery', 236, 5),
  (4, 'Salt and Ash', 'romance', 484, 8),
  (5, 'The Lost Map', 'fantasy', 404, 8),
  (6, 'Under the Mill', 'mystery', 308, 5),
  (7, 'Paper Wolves', 'fantasy', 580, 4),
  (8, 'The Glass Key', 'mystery', 276, 3),
  (9, 'Cold Orchard', 'mystery', 708, 8),
  (10, 'Two Candles', 'fantasy', 456, 5),
  (11, 'The Iron Gate', 'travel', 604, 8),
  (12, 'Summer Ghosts', 'travel', 336, 6),
  (13, 'The Last Ferry', 'mystery', 704, 7),
  (14, 'Stone Birds', 'travel', 140, 1),
  (15, 'A Door in May', 'romance', 608, 4),
  (16, 'The Clay King', 'travel', 416, 6),
  (17, 'Long Shadows', 'travel', 444, 7),
  (18, 'North of Home', 'mystery', 440, 8);
