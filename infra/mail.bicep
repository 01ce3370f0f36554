// Communication Services with Azure's own domain. The app may send; access keys are off.
param name string
param dataLocation string
param tags object
param senderId string

resource email 'Microsoft.Communication/emailServices@2025-05-01' = {
  name: '${name}-email'
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }
}

resource domain 'Microsoft.Communication/emailServices/domains@2025-05-01' = {
  parent: email
  name: 'AzureManagedDomain'
  location: 'global'
  tags: tags
  properties: { domainManagement: 'AzureManaged', userEngagementTracking: 'Disabled' }
}

resource communication 'Microsoft.Communication/communicationServices@2025-05-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation, disableLocalAuth: true, linkedDomains: [domain.id] }
}

// The rights that Microsoft documents for sending. Every built-in role has more.
resource sender 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'mail-sender')
  properties: {
    roleName: 'Mail sender (${resourceGroup().name})'
    description: 'Sends email through Communication Services.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: [
          'Microsoft.Communication/CommunicationServices/Read'
          'Microsoft.Communication/CommunicationServices/Write'
          'Microsoft.Communication/EmailServices/Write'
        ]
      }
    ]
  }
}

resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(communication.id, senderId, sender.id)
  scope: communication
  properties: { principalId: senderId, principalType: 'ServicePrincipal', roleDefinitionId: sender.id }
}

output endpoint string = 'https://${communication.properties.hostName}'
output from string = 'DoNotReply@${domain.properties.mailFromSenderDomain}'
