// Everything that the app needs in Azure, in one resource group: no keys, no passwords, and no address that may reach
// the database or the storage but the app's own subnet.
targetScope = 'subscription'

@description('The name of the azd environment; part of every name.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('A region that has Flex Consumption, Azure SQL and, for the site, one near it.')
param location string

@description('Where the Static Web App keeps its metadata; it has fewer regions.')
param siteLocation string = 'westeurope'

@description('Where Communication Services keeps data at rest.')
param mailDataLocation string = 'Europe'

@description('The Entra user, group or service principal that administers the database: object id and name.')
param databaseAdministratorId string
param databaseAdministratorName string

@allowed(['User', 'Group', 'Application'])
param databaseAdministratorType string = 'User'

@description('The object id of an Entra group that administers the database instead, by the name above; empty: none.')
param databaseAdministratorGroupId string = ''

@description('The client id of the app registration, from tools/register_app.sh; empty: only the site may call.')
param appRegistrationClientId string = ''

@description('Who is mailed when an alert fires; empty: nobody, and alerts are seen in the portal only.')
param alertEmail string = ''

@description('Reach database and storage by private endpoints only. Deploying then needs a machine inside the network.')
param privateEndpoints bool = false

@description('record: revocations on Databricks are only recorded. unity-catalog: the app takes privileges away.')
@allowed(['record', 'unity-catalog'])
param databricksAccess string = 'record'

@description('The workspace, like https://adb-1234.5.azuredatabricks.net; the app signs in there as its identity.')
param databricksHost string = ''

@description('Whether expired access on Databricks is revoked by a person or automation only, and not by the timer.')
param databricksRevokeTimerDisabled bool = false

@description('record: revocations on Palantir are only recorded. foundry: the app takes roles away.')
@allowed(['record', 'foundry'])
param palantirAccess string = 'record'

@description('The Foundry instance, like company.palantirfoundry.com.')
param foundryHostname string = ''

@description('The third-party application of Foundry that the app signs in as.')
param foundryClientId string = ''

@description('Where a Key Vault of yours holds its secret: https://<vault>.vault.azure.net/secrets/<name>.')
param foundrySecretUri string = ''

@description('The ids of the roles in Foundry, by the names that requests use.')
param foundryRoleIds object = {}

@description('Whether expired access on Palantir is revoked by a person or automation only, and not by the timer.')
param palantirRevokeTimerDisabled bool = false

param databaseMaxVCores int = 4
param apiMaximumInstanceCount int = 40
param apiAlwaysReadyCount int = 1

var tags = { 'azd-env-name': environmentName }
var suffix = uniqueString(subscription().id, environmentName, location)
var names = {
  api: 'func-access-${suffix}'
  database: 'sql-access-${suffix}'
  identity: 'id-access-${suffix}'
  mail: 'acs-access-${suffix}'
  monitoring: 'appi-access-${suffix}'
  network: 'vnet-access-${suffix}'
  site: 'stapp-access-${suffix}'
  storage: 'st${suffix}'
}

// The host reads the schedule of a check only where there is one.
var databricksSettings = {
  DATABRICKS_ACCESS: databricksAccess
  DATABRICKS_HOST: databricksHost
  ACCESS_CHECK_DATABRICKS_SCHEDULE: '0 0 4 * * *'
}
var foundrySettings = {
  PALANTIR_ACCESS: palantirAccess
  FOUNDRY_HOSTNAME: foundryHostname
  FOUNDRY_CLIENT_ID: foundryClientId
  FOUNDRY_CLIENT_SECRET: '@Microsoft.KeyVault(SecretUri=${foundrySecretUri})'
  FOUNDRY_ROLE_IDS: string(foundryRoleIds)
  ACCESS_CHECK_PALANTIR_SCHEDULE: '0 10 4 * * *'
}

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'identity.bicep' = {
  scope: group
  params: { name: names.identity, location: location, tags: tags }
}

module network 'network.bicep' = {
  scope: group
  params: { name: names.network, location: location, tags: tags }
}

module monitoring 'monitoring.bicep' = {
  scope: group
  params: {
    name: names.monitoring
    location: location
    tags: tags
    publisherId: identity.outputs.principalId
    alertEmail: alertEmail
    checksDatabricks: databricksAccess != 'record'
    checksPalantir: palantirAccess != 'record'
  }
}

module storage 'storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    appSubnetId: network.outputs.appSubnetId
    endpointSubnetId: network.outputs.endpointSubnetId
    networkId: network.outputs.id
    privateEndpoints: privateEndpoints
  }
}

module database 'database.bicep' = {
  scope: group
  params: {
    serverName: names.database
    location: location
    tags: tags
    administratorId: empty(databaseAdministratorGroupId) ? databaseAdministratorId : databaseAdministratorGroupId
    administratorName: databaseAdministratorName
    administratorType: empty(databaseAdministratorGroupId) ? databaseAdministratorType : 'Group'
    maxVCores: databaseMaxVCores
    logWorkspaceId: monitoring.outputs.workspaceId
    alertEmail: alertEmail
    appSubnetId: network.outputs.appSubnetId
    endpointSubnetId: network.outputs.endpointSubnetId
    networkId: network.outputs.id
    privateEndpoints: privateEndpoints
  }
}

module mail 'mail.bicep' = {
  scope: group
  params: { name: names.mail, dataLocation: mailDataLocation, tags: tags, senderId: identity.outputs.principalId }
}

module site 'site.bicep' = {
  scope: group
  params: { name: names.site, location: siteLocation, tags: tags }
}

module api 'api.bicep' = {
  scope: group
  params: {
    name: names.api
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    subnetId: network.outputs.appSubnetId
    storageName: storage.outputs.name
    packageContainerUrl: storage.outputs.packageContainerUrl
    databaseHost: database.outputs.host
    databaseName: database.outputs.name
    mailEndpoint: mail.outputs.endpoint
    mailFrom: mail.outputs.from
    monitoringName: monitoring.outputs.name
    siteName: site.outputs.name
    siteHostName: site.outputs.hostName
    appRegistrationClientId: appRegistrationClientId
    databricksSettings: (databricksAccess == 'record') ? {} : databricksSettings
    foundrySettings: (palantirAccess == 'record') ? {} : foundrySettings
    databricksRevokeTimerDisabled: databricksRevokeTimerDisabled
    palantirRevokeTimerDisabled: palantirRevokeTimerDisabled
    maximumInstanceCount: apiMaximumInstanceCount
    alwaysReadyCount: apiAlwaysReadyCount
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output DATABASE_URL string = 'mssql+pyodbc://${database.outputs.host}/${database.outputs.name}'
output DATABASE_SERVER_NAME string = names.database
output DATABASE_IS_PRIVATE bool = privateEndpoints
output APP_IDENTITY_NAME string = names.identity
output APP_IDENTITY_CLIENT_ID string = identity.outputs.clientId
output API_URL string = api.outputs.url
output SITE_URL string = 'https://${site.outputs.hostName}'
