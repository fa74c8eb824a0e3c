CREATE TABLE owner (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  age INTEGER NOT NULL,
  city TEXT NOT NULL
);

INSERT INTO owner VALUES
  (1, 'Otis Pike', 48, 'Hollin'),
  (2, 'Edda Wolf', 59, 'Varda'),
  (3, 'Iris Novak', 47, 'Marlow'),
  (4, 'Emil Egan', 61, 'Hollin'),
  (5, 'Yara Grant', 74, 'Marlow'),
  (6, 'Una Dahl', 54, 'Marlow'),
  (7, 'Carla Fox', 56, 'Varda'),
  (8, 'Bruno Hart', 58, 'Varda'),
  (9, 'Marco Drake', 70, 'Varda');

CREATE TABLE pet (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  weight INTEGER NOT NULL,
  owner_id INTEGER NOT NULL REFERENCES owner (id)
);

INSERT INTO pet VALUES
  (1, 'Rex', 'dog', 26, 1),
  (2, 'Bella', 'rabbit', 44, 9),
  (3, 'Milo', 'rabbit', 34, 1),
  (4, 'Coco', 'rabbit', 10, 6),
  (5, 'Buddy', 'dog', 21, 9),
  (6, 'Luna', 'dog', 24, 4),
  (7, 'Pepper', 'dog', 42, 9),
  (8, 'Oscar', 'cat', 43, 4),
  (9, 'Daisy', 'cat', 6, 2),
  (10, 'Rocky', 'parrot', 36, 3),
  (11, 'Ginger', 'dog', 3, 4),
  (12, 'Felix', 'rabbit', 29, 9),
  (13, 'Misty', 'rabbit', 16, 8),
  (14, 'Shadow', 'rabbit', 2, 1),
  (15, 'Toby', 'cat', 35, 4),
  (16, 'Nala', 'cat', 17, 2),
  (17, 'Simba', 'cat', 27, 4),
  (18, 'Biscuit', 'parrot', 11, 2),
  (19, 'Willow', 'rabbit', 41, 8),
  (20, 'Ziggy', 'parrot', 19, 4);
