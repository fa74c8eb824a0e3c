CREATE TABLE hotel (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  rooms INTEGER NOT NULL
);

INSERT INTO hotel VALUES
  (1, 'Grand Palace', 'Varda', 64),
  (2, 'Sea View', 'Corvara', 130),
  (3, 'Alpine Inn', 'Varda', 144),
  (4, 'Golden Tulip', 'Corvara', 192),
  (5, 'Park Lodge', 'Varda', 232),
  (6, 'The Anchor', 'Corvara', 22),
  (7, 'Villa Rosa', 'Varda', 80),
  (8, 'Station Hotel', 'Marlow', 92);

CREATE TABLE guest (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  nights INTEGER NOT NULL,
  hotel_id INTEGER NOT NULL REFERENCES hotel (id)
);

INSERT INTO guest VALUES
  (1, 'Dario Park', 'India', 2, 3),
  (2, 'Amir Quill', 'Norway', 15, 8),
  (3, 'Marco Moss', 'India', 13, 8),
  (4, 'Paolo Lane', 'India', 1, 8),
  (5, 'Timo Abel', 'Egypt', 3, 8),
  (6, 'Viktor Kent', 'Egypt', 11, 1),
  (7, 'Emil Zeller', 'Norway', 28, 8),
  (8, 'Iris Wolf', 'Egypt', 27, 8),
  (9, 'Carla Fox', 'India', 14, 7),
  (10, 'Cleo Stone', 'India', 10, 3),
  (11, 'Zeno Birch', 'Egypt', 29, 8),
  (12, 'Yara Egan', 'India', 4, 7),
  (13, 'Leo Adler', 'Norway', 17, 5),
  (14, 'Wim Marsh', 'India', 16, 1),
  (15, 'Dov Brook', 'Peru', 7, 7),
  (16, 'Sara Vance', 'Egypt', 19, 3),
  (17, 'Ada Novak', 'Peru', 18, 3),
  (18, 'Dina Costa', 'India', 24, 6),
  (19, 'Hana Orr', 'Egypt', 12, 6),
  (20, 'Femi Rossi', 'Egypt', 23, 8);
