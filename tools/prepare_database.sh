#!/bin/sh
# Runs after azd provision: applies the schema with the deployer's token, then lets the app's identity read and write.
# The deployer's address can reach the server only until this ends.
set -eu
cd "$(dirname "$0")/.."
: "${AZURE_SUBSCRIPTION_ID:?}" "${AZURE_RESOURCE_GROUP:?}" "${DATABASE_SERVER_NAME:?}"
: "${DATABASE_URL:?}" "${APP_IDENTITY_NAME:?}"

RULE=deployer

make --no-print-directory install
if ! .venv/bin/python -c 'import pyodbc' 2>/dev/null; then
    echo "The ODBC driver manager is missing. Run: sudo apt-get install unixodbc && azd hooks run postprovision" >&2
    exit 1
fi

close_door() {
    az sql server firewall-rule delete --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" \
        --server "$DATABASE_SERVER_NAME" --name "$RULE" --output none
}

if [ "${DATABASE_IS_PRIVATE:-false}" != true ]; then
    address=${DEPLOYER_ADDRESS:-$(curl --silent --show-error --fail --max-time 20 https://api.ipify.org)}
    trap close_door EXIT
    trap 'exit 1' HUP INT TERM
    az sql server firewall-rule create --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" \
        --server "$DATABASE_SERVER_NAME" --name "$RULE" \
        --start-ip-address "$address" --end-ip-address "$address" --output none
fi

# A new rule takes effect after a moment.
for attempt in 1 2 3; do
    if .venv/bin/python -m sql --grant "$APP_IDENTITY_NAME" "$APP_IDENTITY_CLIENT_ID"; then
        exit 0
    fi
    echo "The database is not ready yet (attempt $attempt of 3)." >&2
    sleep 40
done
echo "The database could not be prepared. See the errors above. With private endpoints, run this inside the network." >&2
exit 1
