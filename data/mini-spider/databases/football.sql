CREATE TABLE team (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  points INTEGER NOT NULL
);

INSERT INTO team VALUES
  (1, 'Red Lions', 'Pendry', 46),
  (2, 'Harbor United', 'Pendry', 84),
  (3, 'Blue Stars', 'Pendry', 51),
  (4, 'Valley Rovers', 'Pendry', 80),
  (5, 'Iron City', 'Tarrow', 18),
  (6, 'Green Hawks', 'Tarrow', 29),
  (7, 'Royal Athletic', 'Tarrow', 79),
  (8, 'Storm', 'Hollin', 62);

CREATE TABLE player (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  position TEXT NOT NULL,
  goals INTEGER NOT NULL,
  team_id INTEGER NOT NULL REFERENCES team (id)
);

INSERT INTO player VALUES
  (1, 'Femi Ellis', 'striker', 7, 2),
  (2, 'Kaya Webb', 'midfielder', 26, 3),
  (3, 'Bruno Stone', 'striker', 0, 7),
  (4, 'Ivo Hale', 'striker', 5, 5),
  (5, 'Sara Young', 'midfielder', 2, 5),
  (6, 'Iris Park', 'midfielder', 18, 2),
  (7, 'Zeno Quill', 'striker', 13, 5),
  (8, 'Timo Reyes', 'midfielder', 3, 7),
  (9, 'Gita Tan', 'midfielder', 42, 5),
  (10, 'Otis Noble', 'midfielder', 22, 7),
  (11, 'Rosa Orr', 'midfielder', 11, 3),
  (12, 'Edda Jara', 'midfielder', 38, 1),
  (13, 'Dina Cole', 'midfielder', 30, 5),
  (14, 'Fay Adler', 'defender', 32, 7),
  (15, 'Gus Vance', 'midfielder', 21, 7),
  (16, 'Paolo Torres', 'goalkeeper', 24, 7),
  (17, 'Lena Irwin', 'midfielder', 46, 8),
  (18, 'Carla Dahl', 'defender', 44, 6),
  (19, 'Pia Marsh', 'goalkeeper', 27, 6),
  (20, 'Nora Ibsen', 'defender', 41, 2),
  (21, 'Mina Frost', 'striker', 36, 7),
  (22, 'June Abel', 'striker', 34, 7);
