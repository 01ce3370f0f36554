// Everything that the app needs in Azure, in one resource group, without keys or passwords. Only the app's own subnet
// can reach the database and the storage.
targetScope = 'subscription'

@description('The name of the azd environment; part of every name.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('A region with Flex Consumption and Azure SQL, near a region for the site.')
param location string

@description('The region of the Static Web App, which has fewer regions; it keeps its metadata there.')
param siteLocation string = 'westeurope'

@description('The place in which Communication Services keeps data at rest.')
param mailDataLocation string = 'Europe'

@description('The Entra user, group or service principal that administers the database: object id and name.')
param databaseAdministratorId string
param databaseAdministratorName string

@allowed(['User', 'Group', 'Application'])
param databaseAdministratorType string = 'User'

@description('The object id of an Entra group that administers the database instead, by the name above. Empty: none.')
param databaseAdministratorGroupId string = ''

@description('The client id of the app registration, from tools/register_app.sh. Empty: only the site may call.')
param appRegistrationClientId string = ''

@description('The email address for alerts. If it is empty, alerts appear only in the portal.')
param alertEmail string = ''

@description('Reach database and storage by private endpoints only. To deploy, use a machine inside the network.')
param privateEndpoints bool = false

@description('record only records revocations on Databricks. unity-catalog also removes the privileges there.')
@allowed(['record', 'unity-catalog'])
param databricksAccess string = 'record'

@description('The workspace, like https://adb-1234.5.azuredatabricks.net. The app signs in there as its identity.')
param databricksHost string = ''

@description('Turn off the timer that revokes expired access on Databricks. A person can still start the job.')
param databricksRevokeTimerDisabled bool = false

@description('record only records revocations on Palantir. foundry also removes the roles there.')
@allowed(['record', 'foundry'])
param palantirAccess string = 'record'

@description('The Foundry instance, like company.palantirfoundry.com.')
param foundryHostname string = ''

@description('The third-party application of Foundry that the app signs in as.')
param foundryClientId string = ''

@description('The address of its secret in your Key Vault: https://<vault>.vault.azure.net/secrets/<name>.')
param foundrySecretUri string = ''

@description('The ids of the roles in Foundry, by the names that requests use.')
param foundryRoleIds object = {}

@description('Turn off the timer that revokes expired access on Palantir. A person can still start the job.')
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

// The host reads the schedule of a check only when the app has that check.
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
