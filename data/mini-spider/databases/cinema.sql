CREATE TABLE film (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  genre TEXT NOT NULL,
  year INTEGER NOT NULL
);

INSERT INTO film VALUES
  (1, 'Hidden Valley', 'horror', 2013),
  (2, 'Midnight Sun', 'drama', 2008),
  (3, 'The Red Kite', 'drama', 2003),
  (4, 'Iron Tide', 'horror', 2001),
  (5, 'Sugar Town', 'comedy', 1996),
  (6, 'Ghost Island', 'drama', 1981),
  (7, 'First Snow', 'drama', 1977),
  (8, 'The Long Walk', 'drama', 2009),
  (9, 'Star Harbor', 'horror', 1974),
  (10, 'Double Echo', 'horror', 1990),
  (11, 'Green Door', 'drama', 1985),
  (12, 'Falling Leaves', 'drama', 2022),
  (13, 'Dust Road', 'horror', 2012),
  (14, 'Secret Lake', 'comedy', 1995);

CREATE TABLE theater (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  seats INTEGER NOT NULL
);

INSERT INTO theater VALUES
  (1, 'Rialto', 'Tarrow', 160),
  (2, 'Astor', 'Wexley', 150),
  (3, 'Odeon', 'Pendry', 340),
  (4, 'Lyric', 'Wexley', 380),
  (5, 'Majestic', 'Pendry', 470),
  (6, 'Plaza', 'Wexley', 390),
  (7, 'Regent', 'Pendry', 570),
  (8, 'Tivoli', 'Wexley', 130);

CREATE TABLE showing (
  film_id INTEGER NOT NULL REFERENCES film (id),
  theater_id INTEGER NOT NULL REFERENCES theater (id),
  PRIMARY KEY (film_id, theater_id)
);

INSERT INTO showing VALUES
  (1, 1),
  (1, 6),
  (2, 1),
  (2, 3),
  (2, 4),
  (2, 6),
  (3, 2),
  (3, 6),
  (4, 6),
  (5, 4),
  (6, 4),
  (7, 5),
  (7, 8),
  (8, 3),
  (9, 3),
  (11, 3),
  (12, 1),
  (12, 2),
  (12, 5),
  (13, 2),
  (13, 3),
  (14, 2),
  (14, 4),
  (14, 6);
