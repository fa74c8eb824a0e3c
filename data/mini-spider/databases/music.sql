CREATE TABLE singer (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  age INTEGER NOT NULL,
  country TEXT NOT NULL
);

INSERT INTO singer VALUES
  (1, 'Otis Novak', 23, 'Peru'),
  (2, 'Anton Jara', 41, 'Peru'),
  (3, 'Olga Ellis', 21, 'Norway'),
  (4, 'Rolf Adler', 20, 'Peru'),
  (5, 'Zeno Dahl', 45, 'Peru'),
  (6, 'Una Brook', 34, 'Peru'),
  (7, 'Leo Grant', 25, 'Japan'),
  (8, 'Wim Kent', 40, 'Norway');

CREATE TABLE song (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  genre TEXT NOT NULL,
  year INTEGER NOT NULL,
  singer_id INTEGER NOT NULL REFERENCES singer (id)
);

INSERT INTO song VALUES
  (1, 'Silver Rain', 'rock', 1994, 8),
  (2, 'Night Train', 'jazz', 1987, 5),
  (3, 'Paper Moon', 'rock', 2016, 3),
  (4, 'Cold Harbor', 'folk', 2009, 4),
  (5, 'Sweet Ginger', 'rock', 2022, 4),
  (6, 'Lost Letters', 'jazz', 2010, 1),
  (7, 'Red Balloon', 'rock', 2018, 8),
  (8, 'Open Road', 'jazz', 1996, 3),
  (9, 'Glass Tower', 'folk', 2014, 3),
  (10, 'Wild Clover', 'pop', 1995, 4),
  (11, 'Slow River', 'jazz', 2006, 1),
  (12, 'Last Summer', 'jazz', 1998, 3),
  (13, 'Golden Hour', 'pop', 1990, 6),
  (14, 'Empty Chairs', 'folk', 1991, 5),
  (15, 'Blue Lantern', 'pop', 2013, 6),
  (16, 'Winter Song', 'folk', 2012, 1),
  (17, 'Dancing Shoes', 'rock', 1999, 3),
  (18, 'Broken Clock', 'jazz', 2023, 6);
