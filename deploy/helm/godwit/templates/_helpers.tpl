{{- define "godwit.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "godwit.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains (include "godwit.name" .) .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "godwit.name" .) | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- /* What selects the pods of a role: never changes between versions. Takes root and role. */ -}}
{{- define "godwit.selector" -}}
app.kubernetes.io/name: {{ include "godwit.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end }}

{{- /* Labels of all objects. Takes root and role. */ -}}
{{- define "godwit.labels" -}}
{{ include "godwit.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "godwit.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "godwit.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "godwit.image" -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}

{{- define "godwit.secretName" -}}
{{- default (include "godwit.fullname" .) .Values.secrets.existingSecret }}
{{- end }}

{{- /* godwit.yaml. */ -}}
{{- define "godwit.config" -}}
{{- toYaml .Values.config }}
{{- end }}

{{- /* One variable of the environment out of the Secret. Takes root, variable and key. */ -}}
{{- define "godwit.secretVariable" -}}
- name: {{ .variable }}
  valueFrom:
    secretKeyRef:
      name: {{ include "godwit.secretName" .root }}
      key: {{ .key }}
{{- end }}

{{- /* The Deployment of a role. Takes root, role, settings, port and replicas (null: the autoscaler decides). */ -}}
{{- define "godwit.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "godwit.fullname" .root }}-{{ .role }}
  labels:
    {{- include "godwit.labels" . | nindent 4 }}
spec:
  {{- if not (kindIs "invalid" .replicas) }}
  replicas: {{ .replicas }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "godwit.selector" . | nindent 6 }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      # Phones of a pod that ends go to one that is ready already.
      maxUnavailable: 0
      maxSurge: 1
  template:
    metadata:
      labels:
        {{- include "godwit.labels" . | nindent 8 }}
      annotations:
        # Pods read the configuration when they start.
        checksum/config: {{ include "godwit.config" .root | sha256sum }}
        checksum/secrets: {{ toYaml .root.Values.secrets | sha256sum }}
        {{- with .settings.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- include "godwit.pod" . | nindent 6 }}
{{- end }}

{{- define "godwit.pod" -}}
serviceAccountName: {{ include "godwit.serviceAccountName" .root }}
automountServiceAccountToken: false
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  {{- toYaml .root.Values.podSecurityContext | nindent 2 }}
# Longer than everything a process may do before it ends.
terminationGracePeriodSeconds: {{ add (int .root.Values.config.limits.drainSeconds) (int .root.Values.preStopSeconds) 15 }}
containers:
  - name: {{ .role }}
    image: {{ include "godwit.image" .root | quote }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args: [{{ .role }}]
    securityContext:
      {{- toYaml .root.Values.securityContext | nindent 6 }}
    env:
      {{- include "godwit.environment" .root | nindent 6 }}
    ports:
      - name: http
        containerPort: {{ .port }}
    {{- include "godwit.probes" . | nindent 4 }}
    lifecycle:
      preStop:
        exec:
          command: [sleep, {{ .root.Values.preStopSeconds | toString | quote }}]
    resources:
      {{- toYaml .settings.resources | nindent 6 }}
    volumeMounts:
      - name: config
        mountPath: /etc/godwit
        readOnly: true
      - name: temporary
        mountPath: /tmp
      {{- with .root.Values.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
volumes:
  - name: config
    configMap:
      name: {{ include "godwit.fullname" .root }}
  - name: temporary
    emptyDir:
      sizeLimit: {{ .root.Values.temporarySize }}
  {{- with .root.Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "godwit.selector" $ | nindent 8 }}
  {{- end }}
{{- with .settings.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .settings.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .settings.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* What is the same for all roles; each uses the port of its own. Takes root. */ -}}
{{- define "godwit.environment" -}}
- name: GODWIT_CONFIG
  value: /etc/godwit/godwit.yaml
- name: GODWIT_LISTEN_HOST
  value: 0.0.0.0
- name: GODWIT_LISTEN_PORT
  value: "8080"
- name: GODWIT_ADMIN_HOST
  value: 0.0.0.0
- name: GODWIT_ADMIN_PORT
  value: "8081"
- name: GODWIT_DATA_DIRECTORY
  value: /tmp/godwit
- name: GODWIT_LOG_FORMAT
  value: json
{{ include "godwit.secretVariable" (dict "root" . "variable" "GODWIT_DATABASE" "key" "database") }}
{{ include "godwit.secretVariable" (dict "root" . "variable" "GODWIT_ACTORS" "key" "actors") }}
{{ include "godwit.secretVariable" (dict "root" . "variable" "GODWIT_SECRET" "key" "secret") }}
{{ include "godwit.secretVariable" (dict "root" . "variable" "GODWIT_ADMIN_TOKEN" "key" "admin-token") }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "godwit.probes" -}}
# The start may wait for the database; until it is over the other two are not asked.
startupProbe:
  httpGet: { path: /health/startup, port: http }
  periodSeconds: 2
  failureThreshold: 90
livenessProbe:
  httpGet: { path: /health/live, port: http }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: { path: /health/ready, port: http }
  periodSeconds: 5
  timeoutSeconds: 4
  failureThreshold: 2
{{- end }}

{{- /* Takes root, role, settings. */ -}}
{{- define "godwit.pdb" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "godwit.fullname" .root }}-{{ .role }}
  labels:
    {{- include "godwit.labels" . | nindent 4 }}
spec:
  maxUnavailable: {{ .settings.podDisruptionBudget.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "godwit.selector" . | nindent 6 }}
{{- end }}

{{- /* An autoscaler. Takes root, role, settings, metric and target (a metric of pods and its average; null: none). */ -}}
{{- define "godwit.hpa" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "godwit.fullname" .root }}-{{ .role }}
  labels:
    {{- include "godwit.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "godwit.fullname" .root }}-{{ .role }}
  minReplicas: {{ .settings.autoscaling.minReplicas }}
  maxReplicas: {{ .settings.autoscaling.maxReplicas }}
  metrics:
    {{- if .target }}
    - type: Pods
      pods:
        metric:
          name: {{ .metric }}
        target:
          type: AverageValue
          averageValue: {{ .target | quote }}
    {{- end }}
    {{- if .settings.autoscaling.cpu }}
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .settings.autoscaling.cpu }}
    {{- end }}
  behavior:
    # Each pod that goes sends its phones elsewhere: slowly, and not for a lull.
    scaleDown:
      stabilizationWindowSeconds: 900
      policies:
        - { type: Pods, value: 1, periodSeconds: 300 }
{{- end }}

{{- /* A Service of a role. Takes root, role, port, type, annotations and servicePort. */ -}}
{{- define "godwit.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "godwit.fullname" .root }}-{{ .role }}
  labels:
    {{- include "godwit.labels" . | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .type }}
  selector:
    {{- include "godwit.selector" . | nindent 4 }}
  ports:
    - name: http
      port: {{ .servicePort }}
      targetPort: http
{{- end }}
