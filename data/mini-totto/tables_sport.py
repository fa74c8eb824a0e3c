"""Common domains: football, athletics, national teams, motor racing and tennis."""

from layout import Table, Tables

SPORT: dict[str, Tables] = {
    "football": {
        "career": Table(
            "{person}",
            "Career statistics / Club career / Club statistics",
            {
                "season": "season",
                "club": "club",
                "league": "league",
                "apps": "apps",
                "goals": "goals",
            },
            (
                "season, club",
                "season, club, goals",
                "club, apps, goals",
                "season, club, league",
                "club, apps",
                "season, club, apps, goals",
                "club, apps, club 2, apps 2",
            ),
            (
                "[In the {season} season, ]{person} scored {goals} goals[ in {apps} appearances] "
                "for {club}[ in the {league}].",
                "{club} had {goals} goals from {person}[ in {apps} games][ in the {season} "
                "season].",
                "{person} played for {club}[ in the {league}][ in the {season} season], finding "
                "the net {goals} times[ in {apps} games].",
                "[In the {season} season, ]{person} made {apps} appearances for {club}[ in the "
                "{league}].",
                "{person} turned out {apps} times for {club}[ in the {season} season].",
                "{club} used {person} in {apps} games[ in the {season} season].",
                "In the {season} season, {person} played for {club}[ in the {league}].",
                "{person} was {an club} player in the {season} season[, in the {league}].",
                "The {season} season saw {person} at {club}[ in the {league}].",
                "{person} made {apps} appearances for {club} and {apps 2} for {club 2}.",
                "After {apps} games for {club}, {person} played {apps 2} for {club 2}.",
                "{club} used {person} in {apps} games and {club 2} in {apps 2}.",
            ),
            ("club, goals", "season, club, apps"),
        ),
        "league table": Table(
            "{season} {league}",
            "League table / Final table",
            {"position": "place", "team": "club", "won": "wins", "points": "points"},
            (
                "position, team",
                "team, points",
                "position, team, points",
                "team, won, points",
                "position, team, position 2, team 2",
            ),
            (
                "{team} finished {position} in the {season} {league}[ with {points} points]"
                "[ after winning {won} matches].",
                "In the {season} {league}, {team} took {position} place[ with {points} points]"
                "[, having won {won} matches].",
                "[With {points} points, ]{team} came {position} in the {season} {league}[, "
                "winning {won} matches].",
                "{team} ended the {season} {league} with [{won} wins and ]{points} points.",
                "In the {season} {league}, {team} [won {won} matches and ]collected {points} "
                "points.",
                "The {season} {league} brought {team} [{won} wins and ]{points} points.",
                "In the {season} {league}, {team} finished {position} and {team 2} {position 2}.",
                "{team} came {position} in the {season} {league} and {team 2} came {position 2}.",
                "{position} and {position 2} place in the {season} {league} went to {team} and "
                "{team 2}.",
            ),
            ("position, team, won",),
        ),
    },
    "athletics": {
        "competitions": Table(
            "{person}",
            "Competition record / International competitions / Achievements",
            {
                "year": "year",
                "competition": "competition",
                "venue": "town",
                "position": "place",
                "event": "event",
            },
            (
                "year, competition, position",
                "competition, position, event",
                "year, competition, venue",
                "year, position, event",
                "competition, event",
                "competition, venue, event",
                "competition, position, competition 2, position 2",
            ),
            (
                "{person} finished {position}[ in the {event}] at the[ {year}] {competition}"
                "[ in {venue}].",
                "At the[ {year}] {competition}[ in {venue}], {person} took {position} place"
                "[ in the {event}].",
                "[In {year}, ]{person} came {position}[ in the {event}] at the {competition}"
                "[, held in {venue}].",
                "{person} competed[ in the {event}] at the[ {year}] {competition}[ in {venue}].",
                "At the[ {year}] {competition}[ in {venue}], {person} took part[ in the {event}].",
                "[In {year}, ]the {competition}[ in {venue}] had {person} among the athletes"
                "[ in the {event}].",
                "In {year}, {person} finished {position} in the {event}.",
                "{person} took {position} place in the {event} in {year}.",
                "{person} came {position} in the {event} in {year}.",
                "{person} finished {position} at the {competition} and {position 2} at the "
                "{competition 2}.",
                "At the {competition}, {person} took {position} place, and at the "
                "{competition 2} {position 2} place.",
                "{person} came {position} at the {competition} and {position 2} at the "
                "{competition 2}.",
            ),
            ("year, competition, position, event", "competition, venue, position"),
        ),
    },
    "national teams": {
        "medallists": Table(
            "{country} at the {year} {games}",
            "Medallists / Medals / Medal winners",
            {"medal": "medal", "name": "person", "sport": "sport", "date": "day"},
            (
                "medal, name",
                "name, sport",
                "medal, name, sport",
                "medal, name, date",
                "name, sport, date",
                "name, sport, name 2, sport 2",
            ),
            (
                "{name} won {medal} for {country}[ in {sport}] at the {year} {games}[ on {date}].",
                "At the {year} {games}, {name} took the {medal} medal[ in {sport}] for {country}"
                "[ on {date}].",
                "[On {date}, ]{name} earned {country} a {medal} medal[ in {sport}] at the "
                "{year} {games}.",
                "{name} won a medal for {country} in {sport} at the {year} {games}[ on {date}].",
                "At the {year} {games}, {name} took a medal in {sport} for {country}[ on {date}].",
                "[On {date}, ]{country} got a medal in {sport} from {name} at the {year} {games}.",
                "{name} and {name 2} won medals for {country} in {sport} and {sport 2} at the "
                "{year} {games}.",
                "At the {year} {games}, {country} got medals from {name} in {sport} and "
                "{name 2} in {sport 2}.",
                "{country} won medals at the {year} {games} through {name} in {sport} and "
                "{name 2} in {sport 2}.",
            ),
            ("medal, name, sport, date",),
        ),
    },
    "motor racing": {
        "classification": Table(
            "{year} {nationality} Grand Prix",
            "Classification / Race results / Race",
            {
                "position": "place",
                "driver": "person",
                "team": "racing team",
                "laps": "laps",
                "grid": "lower place",
            },
            (
                "position, driver",
                "driver, team",
                "position, driver, team",
                "driver, laps",
                "position, driver, laps",
                "driver, grid",
                "position, driver, position 2, driver 2",
            ),
            (
                "{driver}[ of {team}] finished {position} in the {year} {nationality} Grand Prix"
                "[ after {laps} laps].",
                "In the {year} {nationality} Grand Prix, {driver} came {position}[ for {team}]"
                "[ after {laps} laps].",
                "{position} place in the {year} {nationality} Grand Prix went to {driver}"
                "[ of {team}][, who drove {laps} laps].",
                "{driver} drove for {team} in the {year} {nationality} Grand Prix[ and completed "
                "{laps} laps].",
                "In the {year} {nationality} Grand Prix, {team} had {driver} at the wheel[ for "
                "{laps} laps].",
                "{team} entered the {year} {nationality} Grand Prix with {driver}[, who "
                "completed {laps} laps].",
                "{driver} completed {laps} laps in the {year} {nationality} Grand Prix.",
                "In the {year} {nationality} Grand Prix, {driver} drove {laps} laps.",
                "The {year} {nationality} Grand Prix lasted {laps} laps for {driver}.",
                "{driver}[ of {team}] started {grid} on the grid in the {year} {nationality} "
                "Grand Prix.",
                "In the {year} {nationality} Grand Prix, {driver} set off from {grid} place on "
                "the grid[ for {team}].",
                "{driver} lined up {grid} on the grid[ for {team}] in the {year} {nationality} "
                "Grand Prix.",
                "{driver} finished {position} and {driver 2} {position 2} in the {year} "
                "{nationality} Grand Prix.",
                "In the {year} {nationality} Grand Prix, {driver} came {position}, and "
                "{driver 2} came {position 2}.",
                "{position} and {position 2} place in the {year} {nationality} Grand Prix went "
                "to {driver} and {driver 2}.",
            ),
            ("driver, team, laps", "driver, team, grid"),
        ),
    },
    "tennis": {
        "finals": Table(
            "{person}",
            "Singles finals / Career finals / Finals",
            {
                "year": "year",
                "tournament": "tournament",
                "surface": "surface",
                "opponent": "person",
                "result=won": "won",
                "result=lost": "lost",
            },
            (
                "year, tournament, result=won",
                "tournament, surface, result=won",
                "tournament, opponent, result=won",
                "year, tournament, result=lost",
                "tournament, opponent, result=lost",
                "year, opponent, result=lost",
                "tournament, surface, opponent",
            ),
            (
                "[In {year}, ]{person} {result=won} the {tournament}[ on {surface}][ with a "
                "victory over {opponent}].",
                "The[ {year}] {tournament} was {result=won} by {person}[ on {surface}]"
                "[ against {opponent}].",
                "{person} {result=won} the final of the[ {year}] {tournament}[ on {surface}]"
                "[ against {opponent}].",
                "[In {year}, ]{person} {result=lost} the final of the {tournament}"
                "[ on {surface}][ to {opponent}].",
                "At the[ {year}] {tournament}, {person} {result=lost} the final[ to {opponent}]"
                "[ on {surface}].",
                "The final of the[ {year}] {tournament}[ on {surface}] was {result=lost} by "
                "{person}[ against {opponent}].",
                "In {year}, {person} {result=lost} a final to {opponent}.",
                "{person} {result=lost} the final against {opponent} in {year}.",
                "Against {opponent}, {person} {result=lost} a final in {year}.",
                "{person} met {opponent} on {surface} in the final of the {tournament}.",
                "In the final of the {tournament}, {person} faced {opponent} on {surface}.",
                "The final of the {tournament}, played on {surface}, was between {person} and "
                "{opponent}.",
            ),
            ("tournament, surface, result=lost", "year, tournament, surface, result=won"),
        ),
    },
}
