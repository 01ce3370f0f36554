#!/bin/sh
# Registers the API in Entra with its app roles, so that automation can get tokens. You can safely run it again.
# Needs `az login` by a person who may register applications. Run azd provision afterwards.
set -eu
cd "$(dirname "$0")/.."

name="${1:-access-expiry}"
client_id=$(az ad app list --filter "displayName eq '$name'" --query '[0].appId' --output tsv)
if [ -z "$client_id" ]; then
    client_id=$(az ad app create --display-name "$name" --sign-in-audience AzureADMyOrg --query appId --output tsv)
fi
if [ -z "$(az ad sp list --filter "appId eq '$client_id'" --query '[].id' --output tsv)" ]; then
    az ad sp create --id "$client_id" --output none
fi
# Tokens of version 2 name the client id as their audience, and the issuer that the app expects.
object_id=$(az ad app show --id "$client_id" --query id --output tsv)
az rest --method PATCH --url "https://graph.microsoft.com/v1.0/applications/$object_id" \
    --headers Content-Type=application/json \
    --body "{\"api\": {\"requestedAccessTokenVersion\": 2}, \"identifierUris\": [\"api://$client_id\"]}"
az ad app update --id "$client_id" --app-roles @infra/app_roles.json
# Only callers with a role get a token.
az ad sp update --id "$client_id" --set appRoleAssignmentRequired=true
azd env set APP_REGISTRATION_CLIENT_ID "$client_id"
echo "Registered $name as $client_id."
