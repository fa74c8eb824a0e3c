CREATE TABLE teacher (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  age INTEGER NOT NULL
);

INSERT INTO teacher VALUES
  (1, 'Hana Grant', 'biology', 45),
  (2, 'Rolf Shaw', 'biology', 52),
  (3, 'Viktor Frost', 'history', 38),
  (4, 'Paolo Lund', 'math', 34),
  (5, 'Bea Webb', 'biology', 42),
  (6, 'Fay Irwin', 'biology', 56),
  (7, 'Gita Keller', 'history', 31),
  (8, 'Karl Costa', 'history', 51);

CREATE TABLE pupil (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  town TEXT NOT NULL,
  score INTEGER NOT NULL,
  teacher_id INTEGER NOT NULL REFERENCES teacher (id)
);

INSERT INTO pupil VALUES
  (1, 'Wanda Novak', 'Tarrow', 49, 8),
  (2, 'Zeno Lane', 'Tarrow', 63, 1),
  (3, 'Kaya Moss', 'Hollin', 46, 8),
  (4, 'Ugo Abel', 'Tarrow', 64, 8),
  (5, 'Timo Ellis', 'Tarrow', 56, 5),
  (6, 'Dina Brook', 'Wexley', 66, 6),
  (7, 'June Ibsen', 'Tarrow', 52, 1),
  (8, 'Iris Gray', 'Wexley', 95, 3),
  (9, 'Otis Noble', 'Hollin', 58, 7),
  (10, 'Berta Reyes', 'Hollin', 68, 5),
  (11, 'Ada Jara', 'Wexley', 80, 8),
  (12, 'Ivo Rossi', 'Wexley', 93, 7),
  (13, 'Wim Fox', 'Wexley', 70, 7),
  (14, 'Carla Dahl', 'Wexley', 62, 7),
  (15, 'Nora Orr', 'Wexley', 41, 4),
  (16, 'Tara Wolf', 'Wexley', 67, 8),
  (17, 'Amir Egan', 'Wexley', 74, 6),
  (18, 'Olga Quill', 'Hollin', 51, 1),
  (19, 'Mina Pike', 'Hollin', 35, 3),
  (20, 'Pia Ueda', 'Wexley', 77, 4),
  (21, 'Viktor Kent', 'Hollin', 55, 4),
  (22, 'Dov Stone', 'Hollin', 98, 6);
