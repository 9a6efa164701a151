"""The command as a module: `python -m plaid_accounts_contract`."""

import sys

from plaid_accounts_contract.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
