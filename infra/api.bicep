// The function app on Flex Consumption: its callers, its settings and the limits of its scale.
param name string
param location string
param tags object
param identityId string
param identityClientId string
param subnetId string
param storageName string
param packageContainerUrl string
param databaseHost string
param databaseName string
param mailEndpoint string
param mailFrom string
param monitoringName string
param siteName string
param siteHostName string
param appRegistrationClientId string
param databricksSettings object
param foundrySettings object
param databricksRevokeTimerDisabled bool
param palantirRevokeTimerDisabled bool
param maximumInstanceCount int
param alwaysReadyCount int

// The calls and runs of all instances together need workers in the database.
var databasePoolSize = 5
var issuer = '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
var tokenSettings = {
  AUTH_ISSUER: issuer
  AUTH_AUDIENCE: appRegistrationClientId
  AUTH_JWKS_URI: '${environment().authentication.loginEndpoint}${tenant().tenantId}/discovery/v2.0/keys'
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: monitoringName }

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  // checkov:skip=CKV_AZURE_225: needs two always-ready instances and a region that offers it
  name: '${name}-plan'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  // checkov:skip=CKV_AZURE_17: callers have tokens of Entra; the linked site cannot show a certificate
  // checkov:skip=CKV_AZURE_78: noPasswords closes FTP
  // checkov:skip=CKV_AZURE_212: Flex Consumption scales by itself
  // checkov:skip=CKV_AZURE_213: Flex Consumption replaces instances by itself; /api/health/ready is for other probes
  // checkov:skip=CKV_AZURE_222: the site and automation call it from outside, signed in
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: subnetId
    siteConfig: { minTlsVersion: '1.2', http20Enabled: true }
    functionAppConfig: {
      runtime: { name: 'python', version: '3.13' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyCount > 0 ? [{ name: 'http', instanceCount: alwaysReadyCount }] : []
        triggers: { http: { perInstanceConcurrency: 16 } }
      }
    }
  }
}

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  // checkov:skip=CKV_AZURE_222: says nothing of the network
  parent: app
  name: 'appsettings'
  properties: union(empty(appRegistrationClientId) ? {} : tokenSettings, databricksSettings, foundrySettings, {
    AzureWebJobsStorage__accountName: storageName
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${identityClientId}'
    AZURE_CLIENT_ID: identityClientId
    DATABASE_URL: 'mssql+pyodbc://${databaseHost}/${databaseName}'
    DATABASE_POOL_SIZE: string(databasePoolSize)
    EMAIL_SENDER: 'azure'
    EMAIL_FROM: mailFrom
    // The limits of Azure's own domain. With a domain of the company, Azure allows 30 and 100.
    EMAIL_PER_MINUTE: '5'
    EMAIL_PER_HOUR: '10'
    AZURE_COMMUNICATION_ENDPOINT: mailEndpoint
    SITE_URL: 'https://${siteHostName}'
    REVOKE_DELAY_SECONDS: '0'
    EXPIRY_NOTIFICATION_DATABRICKS_SCHEDULE: '0 0 6 * * *'
    EXPIRY_NOTIFICATION_PALANTIR_SCHEDULE: '0 10 6 * * *'
    REVOKE_EXPIRED_DATABRICKS_SCHEDULE: '0 20 6 * * *'
    REVOKE_EXPIRED_PALANTIR_SCHEDULE: '0 30 6 * * *'
    'AzureWebJobs.databricks_revoke_expired_on_timer.Disabled': string(databricksRevokeTimerDisabled)
    'AzureWebJobs.palantir_revoke_expired_on_timer.Disabled': string(palantirRevokeTimerDisabled)
  })
}

// Only the linked site may call, and callers with a token for the app registration, if there is one. This follows the
// link, which also sets the app's authentication, and which Azure refuses for an app that already has a site.
resource authentication 'Microsoft.Web/sites/config@2024-04-01' = {
  // checkov:skip=CKV_AZURE_222: says nothing of the network
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'Return401'
      excludedPaths: ['/api/health', '/api/health/ready']
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureStaticWebApps: { enabled: true, registration: { clientId: siteHostName } }
      azureActiveDirectory: {
        enabled: !empty(appRegistrationClientId)
        registration: { clientId: appRegistrationClientId, openIdIssuer: issuer }
        validation: { allowedAudiences: [appRegistrationClientId, 'api://${appRegistrationClientId}'] }
      }
    }
  }
  dependsOn: [link]
}

resource site 'Microsoft.Web/staticSites@2024-04-01' existing = { name: siteName }

resource link 'Microsoft.Web/staticSites/linkedBackends@2024-04-01' = {
  parent: site
  name: 'api'
  properties: { backendResourceId: app.id, region: location }
}

resource noPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = [
  for door in ['scm', 'ftp']: {
    parent: app
    name: door
    properties: { allow: false }
  }
]

output url string = 'https://${app.properties.defaultHostName}'
