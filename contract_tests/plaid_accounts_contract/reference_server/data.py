"""The dataset that a server has by default: made-up people at made-up banks, the same in every run.

Its credentials and tokens are valid nowhere else, so they may be printed and committed.
"""

# ruff: noqa: S106 (the tokens are reference values, made to be seen)

from types import MappingProxyType
from typing import Final

from plaid_accounts_contract.reference_server.accounts import Account, Balances, identifier
from plaid_accounts_contract.reference_server.all_fields import ALL_FIELDS
from plaid_accounts_contract.reference_server.all_subtypes import ALL_SUBTYPES
from plaid_accounts_contract.reference_server.credentials import Credentials
from plaid_accounts_contract.reference_server.dataset import World
from plaid_accounts_contract.reference_server.errors import CATALOGUE, ErrorKind
from plaid_accounts_contract.reference_server.items import Item, ItemDetails

REFERENCE_CREDENTIALS: Final = Credentials("62f1c0ffee0ddba11f00dcaf", "3a7bd3e2360a3d29eea436fcfb7e44")

OTHER_CREDENTIALS: Final = Credentials("b5e0ddba11c0ffee00facade", "9c41f0c2d87e6b35a0d4e2f6b18c73")
"""Keys of a client that no Item belongs to."""

EVERYDAY: Final = Item(
    access_token="access-sandbox-8ab976e6-64bc-4b38-98f7-731e7a349970",
    title="everyday bank: checking, savings, card, loan, retirement plans; one account is closed",
    details=ItemDetails(
        item_id="eVBnVMp7zdTJLkRNr33Rs6zr7KNJqBFL9DrE6",
        institution_id="ins_109508",
        institution_name="Riverside Bank",
        webhook="https://service.example/plaid",
        auth_method="INSTANT_AUTH",
        available_products=("identity", "investments"),
        billed_products=("auth", "transactions"),
        products=("auth", "transactions"),
    ),
    accounts=(
        Account(
            account_id="BxBXxLj1m4HMXBm9WZZmCWVbPjX16EHwv99vp",
            balances=Balances(available=1203.42, current=1274.93),
            mask="4821",
            name="Everyday Checking",
            official_name="Riverside Everyday Checking Account",
            type="depository",
            subtype="checking",
            holder_category="personal",
        ),
        Account(
            account_id=identifier("everyday/savings"),
            balances=Balances(available=8450, current=8450),
            mask="5530",
            name="Rainy Day Savings",
            official_name="Riverside High Tide Savings",
            type="depository",
            subtype="savings",
            holder_category="personal",
            apy=4.25,
        ),
        Account(
            account_id="dVzbVMLjrxTnLjX4G66XUp5GLklm4oiZy88yK",
            balances=Balances(available=4310, current=690, limit=5000),
            mask="0937",
            name="Travel Card",
            type="credit",
            subtype="credit card",
        ),
        Account(
            account_id=identifier("everyday/loan"),
            balances=Balances(current=17380.55),
            mask="7112",
            name="Car Loan",
            official_name="Riverside Vehicle Loan, 60 Months",
            type="loan",
            subtype="auto",
        ),
        Account(
            account_id=identifier("everyday/401k"),
            balances=Balances(current=48210.9983),
            mask="K401",
            name="Workplace 401(k)",
            type="investment",
            subtype="401k",
        ),
        Account(
            account_id=identifier("everyday/ira"),
            balances=Balances(available=112.07, current=20345.11),
            mask="31",
            name="Traditional IRA",
            type="investment",
            subtype="ira",
        ),
        Account(
            account_id=identifier("everyday/cd"),
            balances=Balances(available=0, current=5000),
            mask="8800",
            name="Twelve Month CD",
            official_name="Riverside Certificate of Deposit",
            type="depository",
            subtype="cd",
            apy=None,
        ),
    ),
    live=MappingProxyType(
        {
            # A payment of 50 was made; the institution does not report `current` in real time.
            "BxBXxLj1m4HMXBm9WZZmCWVbPjX16EHwv99vp": Balances(available=1153.42),
            identifier("everyday/savings"): Balances(available=8500.25, current=8500.25),
            "dVzbVMLjrxTnLjX4G66XUp5GLklm4oiZy88yK": Balances(available=4265.5, current=734.5, limit=5000),
        }
    ),
    closed_accounts=(
        Account(
            account_id=identifier("everyday/closed"),
            balances=Balances(available=0, current=0),
            mask="1002",
            name="Student Checking",
            type="depository",
            subtype="checking",
        ),
    ),
)

BUSINESS: Final = Item(
    access_token="access-sandbox-b51c3e70-2f4d-4a8e-9c06-d0a7e3914f28",
    title="business bank: operating account with an overdraft, line of credit, card paid ahead",
    details=ItemDetails(
        item_id=identifier("business"),
        institution_id="ins_900102",
        institution_name="Harbour Trade Bank",
        auth_method="INSTANT_AUTH",
        available_products=("assets", "balance", "identity", "signal"),
        billed_products=("auth",),
        products=("auth", "transfer"),
        update_type="user_present_required",
    ),
    accounts=(
        Account(
            account_id=identifier("business/operating"),
            balances=Balances(available=90210.5, current=88110.5, limit=10000),
            mask="6001",
            name="Operating Account",
            official_name="Harbour Business Current Account",
            type="depository",
            subtype="checking",
            holder_category="business",
        ),
        Account(
            account_id=identifier("business/line"),
            balances=Balances(available=35000, current=15000, limit=50000),
            mask="6002",
            name="Credit Line",
            type="loan",
            subtype="commercial line of credit",
            holder_category="business",
        ),
        Account(
            account_id=identifier("business/card"),
            balances=Balances(available=2540.25, current=-40.25, limit=2500),
            mask="6003",
            name="Company Card",
            type="credit",
            subtype="charge card",
            holder_category="business",
        ),
    ),
)

TIMESTAMPED: Final = Item(
    access_token="access-sandbox-c0a1f5d2-77be-4e19-8d3a-5b6c90e2d417",
    title="institution that dates its balances (ins_128026)",
    details=ItemDetails(
        item_id=identifier("timestamped"),
        institution_id="ins_128026",
        institution_name="Capital One",
        auth_method="INSTANT_MATCH",
        available_products=("balance", "identity"),
        billed_products=("transactions",),
        products=("transactions",),
        consented_products=("identity", "transactions"),
        consent_expiration_time="2031-03-01T00:00:00Z",
    ),
    accounts=(
        Account(
            account_id=identifier("timestamped/card"),
            balances=Balances(
                available=7311.19, current=2688.81, limit=10000, last_updated_datetime="2026-10-30T07:15:09Z"
            ),
            mask="2222",
            name="Gold Card",
            type="credit",
            subtype="credit card",
        ),
        Account(
            account_id=identifier("timestamped/savings"),
            balances=Balances(available=640, current=640.0, last_updated_datetime="2026-10-30T02:15:09.250-05:00"),
            mask="2223",
            name="Savings",
            type="depository",
            subtype="savings",
        ),
    ),
    live=MappingProxyType(
        {
            identifier("timestamped/savings"): Balances(
                available=655.5, current=655.5, last_updated_datetime="2026-11-20T09:00:00Z"
            )
        }
    ),
)

MINIMAL: Final = Item(
    access_token="access-sandbox-00d1e5ce-9a3b-4c72-b1f0-6e2d8475a093",
    title="only what the contract requires, with null wherever it may be",
    details=ItemDetails(item_id=identifier("minimal")),
    accounts=(
        Account(
            account_id=identifier("minimal/current"),
            balances=Balances(current=12, iso_currency_code=None),
            name="Account",
            type="other",
        ),
        Account(
            account_id=identifier("minimal/available"),
            balances=Balances(available=3.5, iso_currency_code=None),
            name="",
            type="depository",
        ),
    ),
)

LIMITED: Final = Item(
    access_token="access-sandbox-1a2f64b9-c8d0-47e5-a6f3-0e9b7d51c846",
    title="a limited purpose checking account, which shows no balance",
    details=ItemDetails(
        item_id=identifier("limited"),
        institution_id="ins_900105",
        institution_name="Prairie Payments",
        auth_method=None,
        available_products=("balance",),
        billed_products=("auth",),
        products=("auth",),
    ),
    accounts=(
        Account(
            account_id=identifier("limited/checking"),
            balances=Balances(),
            mask="9090",
            name="Payments Account",
            type="depository",
            subtype="limited purpose checking",
            verification_status=None,
            holder_category=None,
        ),
    ),
)


BY_HAND: Final = Item(
    access_token="access-sandbox-5d0e92c7-1b6f-4c83-8a54-f27c3b9e6a10",
    title="linked by hand with Same-Day Micro-deposits: no institution, and no balance is known",
    details=ItemDetails(
        item_id=identifier("by-hand"),
        institution_id=None,
        institution_name=None,
        auth_method="SAME_DAY_MICRODEPOSITS",
        billed_products=("auth",),
        products=("auth",),
    ),
    accounts=(
        Account(
            account_id=identifier("by-hand/checking"),
            balances=Balances(),
            mask="7007",
            name="Checking",
            type="depository",
            subtype="checking",
            verification_status="manually_verified",
        ),
    ),
)


def error_token(code: str) -> str:
    """Return the token of the Item that always responds with the error of this error_code."""
    return f"access-sandbox-error-{code.lower().replace('_', '-')}"


def _failing_item(kind: ErrorKind) -> Item:
    # Operations that the error does not concern list this account.
    account = Account(
        account_id=identifier(f"error/{kind.code}/checking"),
        balances=Balances(current=75),
        name="Checking",
        type="depository",
        subtype="checking",
    )
    always = kind.concerns("accountsGet")
    name = f"{kind.status} {kind.code}"
    return Item(
        access_token=error_token(kind.code),
        title=f"always {name}" if always else f"{name} to balances in real time, else one account",
        details=ItemDetails(item_id=identifier(f"error/{kind.code}")),
        accounts=(account,) if kind.operations else (),
        failure=kind,
    )


def reference_world() -> World:
    """Return the default data of a server: eight Items with accounts, and one for each documented error of an Item."""
    healthy = (EVERYDAY, BUSINESS, TIMESTAMPED, ALL_FIELDS, MINIMAL, LIMITED, BY_HAND, ALL_SUBTYPES)
    # A key is requested without an access token, so no Item can cause its error.
    of_items = (
        kind for kind in CATALOGUE.values() if kind.concerns("accountsGet") or kind.concerns("accountsBalanceGet")
    )
    return World.of(REFERENCE_CREDENTIALS, (*healthy, *map(_failing_item, of_items)), (OTHER_CREDENTIALS,))
