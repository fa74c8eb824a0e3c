CREATE TABLE professor (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  age INTEGER NOT NULL
);

INSERT INTO professor VALUES
  (1, 'Una Quill', 52),
  (2, 'Nora Orr', 46),
  (3, 'Ivo Irwin', 61),
  (4, 'Paolo Jung', 43),
  (5, 'Otis Hale', 67),
  (6, 'Timo Wolf', 70);

CREATE TABLE course (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  credits INTEGER NOT NULL,
  professor_id INTEGER NOT NULL REFERENCES professor (id)
);

INSERT INTO course VALUES
  (1, 'Algebra', 8, 5),
  (2, 'Genetics', 21, 2),
  (3, 'Logic', 24, 5),
  (4, 'Optics', 18, 1),
  (5, 'Ethics', 4, 2),
  (6, 'Poetry', 17, 6),
  (7, 'Statistics', 16, 1),
  (8, 'Ecology', 23, 6),
  (9, 'Robotics', 20, 5),
  (10, 'Rhetoric', 5, 4),
  (11, 'Geometry', 12, 1),
  (12, 'Phonetics', 30, 1),
  (13, 'Acoustics', 29, 1),
  (14, 'Archaeology', 9, 4);

CREATE TABLE student (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  major TEXT NOT NULL
);

INSERT INTO student VALUES
  (1, 'Gus Fox', 'physics'),
  (2, 'Femi Reyes', 'arts'),
  (3, 'Fay Stone', 'arts'),
  (4, 'Leo Egan', 'law'),
  (5, 'Sami Gray', 'physics'),
  (6, 'Pia Costa', 'arts'),
  (7, 'Cleo Vega', 'arts'),
  (8, 'Wim Park', 'law'),
  (9, 'Amir Birch', 'arts'),
  (10, 'Yara Cole', 'arts'),
  (11, 'Karl Ellis', 'law'),
  (12, 'Vera Dahl', 'arts'),
  (13, 'Zeno Torres', 'law'),
  (14, 'Lena Novak', 'arts'),
  (15, 'Berta Grant', 'law'),
  (16, 'Viktor Rossi', 'physics');

CREATE TABLE enrolment (
  student_id INTEGER NOT NULL REFERENCES student (id),
  course_id INTEGER NOT NULL REFERENCES course (id),
  PRIMARY KEY (student_id, course_id)
);

INSERT INTO enrolment VALUES
  (1, 4),
  (1, 5),
  (2, 2),
  (2, 8),
  (3, 4),
  (3, 5),
  (4, 6),
  (5, 2),
  (5, 9),
  (6, 3),
  (6, 6),
  (7, 3),
  (7, 9),
  (8, 4),
  (8, 7),
  (8, 8),
  (8, 12),
  (9, 4),
  (9, 9),
  (9, 14),
  (10, 6),
  (10, 14),
  (11, 1),
  (11, 4),
  (11, 9),
  (12, 13),
  (13, 5),
  (13, 7),
  (13, 11),
  (16, 3);
