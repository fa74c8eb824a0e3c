"""Databases about trades and offices."""

from phrases import (
    AGE,
    FROM_COUNTRY,
    IN_CITY,
    PEOPLE,
    PRICE,
    SALARY,
    Bridge,
    Category,
    Database,
    Link,
    Number,
    Table,
)

WORK = {
    "flights": Database(
        "flights",
        {
            "airline": Table(
                "airlines",
                {
                    "country": FROM_COUNTRY,
                    "planes": Number(
                        "number of planes",
                        "have more than {} planes",
                        "have fewer than {} planes",
                        "largest",
                        "smallest",
                        total=True,
                    ),
                },
            ),
            "flight": Table(
                "flights",
                {"city": Category("city", "cities", "* to {}"), "price": PRICE},
                "code",
            ),
        },
        [Link("flight", "airline", "of {}", "offer", "offers")],
    ),
    "clinic": Database(
        "health",
        {
            "doctor": Table(
                "doctors",
                {"ward": Category("ward", "wards", "* in the {} ward"), "salary": SALARY},
                who=PEOPLE,
            ),
            "patient": Table(
                "patients",
                {"age": AGE, "town": Category("town", "towns", "* from {}")},
                who=PEOPLE,
            ),
        },
        [Link("patient", "doctor", "of {}", "treat", "treats", "their")],
    ),
    "shops": Database(
        "shopping",
        {
            "product": Table(
                "products",
                {"color": Category("color", "colors", "{} *"), "price": PRICE},
                named="the {}",
            ),
            "store": Table(
                "stores",
                {
                    "city": IN_CITY,
                    "staff": Number(
                        "staff size",
                        "have a staff of more than {}",
                        "have a staff of less than {}",
                        high="largest",
                        low="smallest",
                        total=True,
                    ),
                },
            ),
        },
        bridges=[Bridge("product", "stock", "store", "sold by {}", "selling {}")],
    ),
    "cars": Database(
        "cars",
        {
            "maker": Table(
                "makers",
                {
                    "country": FROM_COUNTRY,
                    "founded": Number(
                        "founding year",
                        "were founded after {}",
                        "were founded before {}",
                        "youngest",
                        "oldest",
                        high="latest",
                        low="earliest",
                    ),
                },
            ),
            "car": Table(
                "cars", {"color": Category("color", "colors", "{} *"), "price": PRICE}, "model"
            ),
        },
        [Link("car", "maker", "built by {}", "build", "builds")],
    ),
    "farms": Database(
        "farming",
        {
            "farmer": Table(
                "farmers",
                {"village": Category("village", "villages", "* from {}"), "age": AGE},
                who=PEOPLE,
            ),
            "field": Table(
                "fields",
                {
                    "crop": Category("crop", "crops", "{} *"),
                    "area": Number(
                        "area",
                        "are larger than {}",
                        "are smaller than {}",
                        "largest",
                        "smallest",
                        high="largest",
                        low="smallest",
                        total=True,
                    ),
                },
            ),
        },
        [Link("field", "farmer", "of {}", "own", "owns")],
    ),
    "school": Database(
        "school",
        {
            "teacher": Table(
                "teachers",
                {"subject": Category("subject", "subjects", "{} *"), "age": AGE},
                who=PEOPLE,
            ),
            "pupil": Table(
                "pupils",
                {
                    "town": Category("town", "towns", "* from {}"),
                    "score": Number(
                        "score", "scored more than {}", "scored less than {}", "best", "weakest"
                    ),
                },
                who=PEOPLE,
            ),
        },
        [Link("pupil", "teacher", "of {}", "teach", "teaches", "their")],
    ),
    "cafe": Database(
        "food",
        {
            "cook": Table(
                "cooks",
                {
                    "wage": Number(
                        "wage",
                        "earn more than {}",
                        "earn less than {}",
                        "best paid",
                        "worst paid",
                        total=True,
                    )
                },
                who=PEOPLE,
            ),
            "dish": Table(
                "dishes",
                {"course": Category("course", "courses", "{} *"), "price": PRICE},
            ),
        },
        [Link("dish", "cook", "by {}", "prepare", "prepares")],
    ),
    "office": Database(
        "work",
        {
            "department": Table(
                "departments",
                {
                    "floor": Category("floor", "floors", "* on floor {}"),
                    "budget": Number(
                        "budget",
                        "have a budget above {}",
                        "have a budget below {}",
                        "richest",
                        "poorest",
                        high="largest",
                        low="smallest",
                        total=True,
                    ),
                },
            ),
            "worker": Table(
                "workers",
                {"job": Category("job", "jobs", "* with the job {}"), "salary": SALARY},
                who=PEOPLE,
            ),
        },
        [Link("worker", "department", "of {}", its="their")],
    ),
}
