CREATE TABLE reporter (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  age INTEGER NOT NULL
);

INSERT INTO reporter VALUES
  (1, 'Hugo Lane', 'Oslo', 57),
  (2, 'Cleo Frost', 'Cairo', 28),
  (3, 'Ivo Abel', 'Cairo', 47),
  (4, 'Mina Shaw', 'Oslo', 41),
  (5, 'Yara Cole', 'Cairo', 64),
  (6, 'Olga Irwin', 'Cairo', 56),
  (7, 'Dov Costa', 'Lima', 52),
  (8, 'Jonas Ibsen', 'Cairo', 51);

CREATE TABLE article (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  topic TEXT NOT NULL,
  words INTEGER NOT NULL,
  reporter_id INTEGER NOT NULL REFERENCES reporter (id)
);

INSERT INTO article VALUES
  (1, 'Bridge Reopens', 'business', 360, 5),
  (2, 'Rain Breaks Record', 'sport', 960, 4),
  (3, 'Mayor Steps Down', 'sport', 380, 4),
  (4, 'Bees Return', 'business', 760, 4),
  (5, 'New Tram Line', 'science', 1600, 4),
  (6, 'Cup Final Drama', 'science', 780, 4),
  (7, 'Port Strike Ends', 'sport', 320, 7),
  (8, 'Bread Prices Rise', 'sport', 180, 4),
  (9, 'Old Mill Saved', 'business', 900, 8),
  (10, 'Robot Wins Prize', 'business', 1560, 6),
  (11, 'Team Loses Coach', 'politics', 1900, 6),
  (12, 'School Gets Pool', 'science', 500, 7),
  (13, 'Budget Approved', 'business', 1180, 6),
  (14, 'Lake Turns Green', 'business', 1100, 6),
  (15, 'Runner Sets Record', 'politics', 1720, 1),
  (16, 'Museum Robbed', 'politics', 220, 8),
  (17, 'Votes Recounted', 'business', 600, 5),
  (18, 'Factory Closes', 'science', 560, 7);
