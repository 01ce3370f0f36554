// Azure SQL: sign-in by Entra only, serverless, reached from the app's subnet and not from the internet.
param serverName string
param location string
param tags object
param administratorId string
param administratorName string
param administratorType string
param maxVCores int
param appSubnetId string
param endpointSubnetId string
param networkId string
param privateEndpoints bool
param logWorkspaceId string
param alertEmail string

resource server 'Microsoft.Sql/servers@2023-08-01' = {
  // checkov:skip=CKV_AZURE_113: only the app's subnet has a rule; privateEndpoints turns the public address off
  name: serverName
  location: location
  tags: tags
  properties: {
    // Microsoft says that this is used only when the server is made. docs/azure.md says how to change it.
    administrators: {
      administratorType: 'ActiveDirectory'
      azureADOnlyAuthentication: true
      login: administratorName
      principalType: administratorType
      sid: administratorId
      tenantId: tenant().tenantId
    }
    minimalTlsVersion: '1.2'
    publicNetworkAccess: privateEndpoints ? 'Disabled' : 'Enabled'
    restrictOutboundNetworkAccess: 'Enabled'
  }
}

// After a pause, the day's first call would wait for a minute. The always-ready instance prevents pauses anyway.
resource database 'Microsoft.Sql/servers/databases@2023-08-01' = {
  // checkov:skip=CKV_AZURE_26: the server's alerts are mailed
  // checkov:skip=CKV_AZURE_27: the server's alerts are mailed
  // checkov:skip=CKV_AZURE_229: the next run does what was late while a zone failed; backups are kept in several zones
  parent: server
  name: 'access'
  location: location
  tags: tags
  sku: { name: 'GP_S_Gen5', tier: 'GeneralPurpose', family: 'Gen5', capacity: maxVCores }
  properties: {
    autoPauseDelay: -1
    minCapacity: json('0.5')
    requestedBackupStorageRedundancy: 'Zone'
  }
}

resource backups 'Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies@2023-08-01' = {
  parent: database
  name: 'default'
  properties: { retentionDays: 35 }
}

resource appOnly 'Microsoft.Sql/servers/virtualNetworkRules@2023-08-01' = if (!privateEndpoints) {
  parent: server
  name: 'app'
  properties: { virtualNetworkSubnetId: appSubnetId }
}

resource auditing 'Microsoft.Sql/servers/auditingSettings@2023-08-01' = {
  parent: server
  name: 'default'
  properties: { state: 'Enabled', isAzureMonitorTargetEnabled: true }
}

resource master 'Microsoft.Sql/servers/databases@2023-08-01' existing = {
  parent: server
  name: 'master'
}

resource auditLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: master
  properties: { workspaceId: logWorkspaceId, logs: [{ category: 'SQLSecurityAuditEvents', enabled: true }] }
  dependsOn: [database]
}

resource threats 'Microsoft.Sql/servers/securityAlertPolicies@2023-08-01' = {
  parent: server
  name: 'Default'
  properties: {
    state: 'Enabled'
    emailAccountAdmins: empty(alertEmail)
    emailAddresses: empty(alertEmail) ? [] : [alertEmail]
  }
}

module endpoint 'private_endpoint.bicep' = if (privateEndpoints) {
  params: {
    name: serverName
    location: location
    tags: tags
    resourceId: server.id
    groupId: 'sqlServer'
    zoneName: 'privatelink${environment().suffixes.sqlServerHostname}'
    subnetId: endpointSubnetId
    networkId: networkId
  }
}

output host string = server.properties.fullyQualifiedDomainName
output name string = database.name
