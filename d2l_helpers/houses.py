"""Houses that were really sold: their prices, and what is known of them."""

import csv
from pathlib import Path

import torch
from torch import Tensor

_FILE = Path(__file__).with_name("houses.csv")
_FOOT = 0.3048  # metres
_UNITS = {
    "price": 1e-3,  # thousand dollars a dollar
    "area": _FOOT**2,
    "land": _FOOT**2,
    "cbd": _FOOT / 1000,
    "intst": _FOOT / 1000,
    "dist": _FOOT / 1000,
}
_NAMES = {"cbd": "centre", "intst": "highway", "dist": "incinerator"}


def load_houses() -> dict[str, Tensor]:
    """321 houses, sold in 1978 and 1981, with their prices; `sec:linear-houses` looks at them.

    Returns ten columns by name, each (321,), float32, in the order of the file: "price" in thousand
    dollars of its year, "year" 1978 or 1981, "age" in years, "area" of the house and "land" of the lot in
    m², "rooms" and "baths" counted; and the distances to the "centre" of the town's business, to the
    "highway" and to the planned "incinerator", in km. The town is North Andover, Massachusetts; the data are
    those of Kiel and McClain (1995).

    >>> houses = d2l.load_houses()
    >>> len(houses), houses["price"].shape
    (10, torch.Size([321]))
    >>> f"{houses['price'][0]:.0f} k$ for {houses['area'][0]:.0f} m²"
    '60 k$ for 154 m²'
    """
    with _FILE.open(newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {
        _NAMES.get(name, name): torch.tensor([float(row[name]) for row in rows])
        * _UNITS.get(name, 1.0)
        for name in rows[0]
    }
