CREATE TABLE farmer (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  village TEXT NOT NULL,
  age INTEGER NOT NULL
);

INSERT INTO farmer VALUES
  (1, 'Nils Dahl', 'Elmstow', 24),
  (2, 'Berta Egan', 'Fennick', 59),
  (3, 'Rolf Torres', 'Elmstow', 31),
  (4, 'Vera Noble', 'Fennick', 74),
  (5, 'Dario Lund', 'Fennick', 34),
  (6, 'Pia Grant', 'Corvara', 36),
  (7, 'Hana Stone', 'Elmstow', 43),
  (8, 'Dov Zeller', 'Elmstow', 44);

CREATE TABLE field (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  crop TEXT NOT NULL,
  area INTEGER NOT NULL,
  farmer_id INTEGER NOT NULL REFERENCES farmer (id)
);

INSERT INTO field VALUES
  (1, 'North Acre', 'beans', 63, 1),
  (2, 'Mill Field', 'barley', 57, 7),
  (3, 'Long Strip', 'corn', 50, 5),
  (4, 'River Meadow', 'barley', 31, 3),
  (5, 'Stony Hill', 'beans', 51, 5),
  (6, 'Fox Hollow', 'corn', 18, 5),
  (7, 'Oak Plot', 'wheat', 36, 7),
  (8, 'Sunny Side', 'wheat', 22, 7),
  (9, 'Crow Patch', 'wheat', 27, 5),
  (10, 'Low Pasture', 'wheat', 37, 8),
  (11, 'Windy Ridge', 'corn', 6, 4),
  (12, 'Church Field', 'corn', 10, 4),
  (13, 'Sand Plot', 'barley', 23, 5),
  (14, 'Upper Acre', 'wheat', 47, 7),
  (15, 'Birch Corner', 'wheat', 61, 4),
  (16, 'Bell Meadow', 'barley', 13, 7),
  (17, 'Pond Field', 'beans', 64, 5),
  (18, 'Far Corner', 'barley', 45, 4);
