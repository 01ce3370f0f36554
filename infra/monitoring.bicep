// Logs, and three alerts on problems that are easy to miss. The alerts read the log lines of jobs/runs/runner.py.
param name string
param location string
param tags object
param publisherId string
param alertEmail string
param checksDatabricks bool
param checksPalantir bool

var monitoringMetricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'
var timedJobs = [
  'ExpiryNotificationDatabricks'
  'ExpiryNotificationPalantir'
  'RevokeExpiredDatabricks'
  'RevokeExpiredPalantir'
]
var databricksChecks = checksDatabricks ? ['AccessCheckDatabricks'] : []
var palantirChecks = checksPalantir ? ['AccessCheckPalantir'] : []
var dailyJobs = concat(timedJobs, databricksChecks, palantirChecks)
var alerts = [
  {
    name: 'run-failed-or-abandoned'
    description: 'A run failed, lost its lock, or stopped giving signs of life.'
    severity: 1
    window: 'PT1H'
    every: 'PT15M'
    query: '''
      let lines = traces | where message matches regex @'^(ExpiryNotification|RevokeExpired|AccessCheck)\w+ run ';
      let ended = lines | where message matches regex @' (completed|failed): | stopped without its lock';
      let key = (text: string) { extract(@' run ([0-9a-f-]{36})', 1, text) };
      union
        (ended | where message !has ' completed: '),
        (lines | where message has ' started' and timestamp < ago(20m)
          | extend run = key(message) | join kind=leftanti (ended | extend run = key(message)) on run)
    '''
  }
  // Two runs can end a little more than a day apart, so this alert looks back 26 hours. Azure has no window between 24
  // and 48 hours.
  {
    name: 'nothing-ran-for-a-day'
    description: 'A job type completed no run within 26 hours. Its reminders, revocations or checks are late.'
    severity: 1
    window: 'P2D'
    every: 'PT1H'
    query: '''
      let jobs = datatable(job: string) DAILY_JOBS;
      let completed = traces | where timestamp > ago(26h) and message has ' completed: '
        | extend job = extract(@'^(\w+) run ', 1, message);
      jobs | join kind=leftanti completed on job
    '''
  }
  {
    name: 'expired-but-still-held'
    description: 'A revoke run ended, but some expired access was not revoked.'
    severity: 1
    window: 'P2D'
    every: 'PT1H'
    query: '''
      traces
      | where message matches regex @'^RevokeExpired\w+ run .* completed: '
      | summarize arg_max(timestamp, message) by job = extract(@'^(\w+) run ', 1, message)
      | where message !has 'completed: 0 still due'
    '''
  }
]

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  tags: tags
  properties: { sku: { name: 'PerGB2018' }, retentionInDays: 90, features: { disableLocalAuth: true } }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: name
  location: location
  tags: tags
  kind: 'web'
  properties: { Application_Type: 'web', WorkspaceResourceId: workspace.id, DisableLocalAuth: true }
}

resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, publisherId, monitoringMetricsPublisher)
  scope: insights
  properties: {
    principalId: publisherId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', monitoringMetricsPublisher)
  }
}

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: '${name}-operators'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'operators'
    enabled: true
    emailReceivers: [{ name: 'operators', emailAddress: alertEmail, useCommonAlertSchema: true }]
  }
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-03-15-preview' = [
  for alert in alerts: {
    name: alert.name
    location: location
    tags: tags
    properties: {
      displayName: alert.name
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [insights.id]
      evaluationFrequency: alert.every
      windowSize: alert.window
      criteria: {
        allOf: [
          {
            query: replace(alert.query, 'DAILY_JOBS', string(dailyJobs))
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      autoMitigate: true
      actions: { actionGroups: empty(alertEmail) ? [] : [operators.id] }
    }
  }
]

output name string = insights.name
output workspaceId string = workspace.id
