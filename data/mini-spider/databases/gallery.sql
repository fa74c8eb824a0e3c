CREATE TABLE artist (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  born INTEGER NOT NULL
);

INSERT INTO artist VALUES
  (1, 'Karl Kent', 'Spain', 1972),
  (2, 'Gus Moss', 'Japan', 1974),
  (3, 'Iris Young', 'Spain', 1900),
  (4, 'Otis Vega', 'Egypt', 1988),
  (5, 'Ada Wolf', 'Spain', 1986),
  (6, 'Zeno Fox', 'Spain', 1892),
  (7, 'Fay Brook', 'Spain', 1936),
  (8, 'Bruno Shaw', 'Egypt', 1937);

CREATE TABLE painting (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  style TEXT NOT NULL,
  price INTEGER NOT NULL,
  artist_id INTEGER NOT NULL REFERENCES artist (id)
);

INSERT INTO painting VALUES
  (1, 'Blue Vase', 'classical', 4400, 5),
  (2, 'The Fisherman', 'classical', 3100, 2),
  (3, 'Still Morning', 'abstract', 8800, 1),
  (4, 'Three Boats', 'classical', 9500, 5),
  (5, 'Woman in Red', 'classical', 1800, 7),
  (6, 'Old Harbor', 'modern', 1400, 6),
  (7, 'The Red Barn', 'classical', 1600, 1),
  (8, 'Yellow Field', 'modern', 3400, 1),
  (9, 'Broken Mirror', 'modern', 7800, 1),
  (10, 'The Chess Game', 'modern', 3200, 6),
  (11, 'Summer Rain', 'modern', 1300, 8),
  (12, 'White Horses', 'classical', 7300, 6),
  (13, 'Self Portrait', 'classical', 9200, 1),
  (14, 'The Harvest', 'classical', 400, 8),
  (15, 'Moonlit Bay', 'modern', 8100, 7),
  (16, 'Two Sisters', 'classical', 6000, 3),
  (17, 'The Orchard', 'classical', 5700, 6),
  (18, 'City at Dusk', 'abstract', 4600, 1);
