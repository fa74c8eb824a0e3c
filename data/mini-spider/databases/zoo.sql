CREATE TABLE keeper (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  salary INTEGER NOT NULL
);

INSERT INTO keeper VALUES
  (1, 'Marco Jara', 4100),
  (2, 'Vera Cole', 2750),
  (3, 'Una Irwin', 2900),
  (4, 'Yara Keller', 2150),
  (5, 'Berta Costa', 2200),
  (6, 'Wim Egan', 1900);

CREATE TABLE animal (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  species TEXT NOT NULL,
  age INTEGER NOT NULL,
  keeper_id INTEGER NOT NULL REFERENCES keeper (id)
);

INSERT INTO animal VALUES
  (1, 'Tembo', 'otter', 18, 1),
  (2, 'Kiko', 'penguin', 35, 1),
  (3, 'Suri', 'penguin', 17, 6),
  (4, 'Baloo', 'zebra', 31, 6),
  (5, 'Nuri', 'penguin', 5, 4),
  (6, 'Zola', 'lion', 9, 4),
  (7, 'Momo', 'penguin', 20, 6),
  (8, 'Raja', 'penguin', 1, 6),
  (9, 'Pingo', 'lion', 6, 2),
  (10, 'Kali', 'zebra', 7, 4),
  (11, 'Tango', 'zebra', 37, 6),
  (12, 'Echo', 'zebra', 38, 6),
  (13, 'Juba', 'otter', 34, 6),
  (14, 'Lola', 'zebra', 21, 5),
  (15, 'Mango', 'zebra', 27, 5),
  (16, 'Onyx', 'lion', 3, 6),
  (17, 'Pablo', 'zebra', 29, 2),
  (18, 'Sasha', 'penguin', 28, 1);
