/**
 * Copyable lines that make a program send here, for each language that people bring. They carry the console's own address
 * and, where it asks for one, its token.
 */

import type { Status } from '../../contract/contract.ts'

export interface Recipe {
  id: string
  name: string
  note: string
  code: string
}

type Target = Pick<Status, 'otlp' | 'token'>

/** Environment variables that every OpenTelemetry SDK reads. */
function environment({ otlp, token }: Target): string[] {
  return [
    'export OTEL_SERVICE_NAME=my-service',
    `export OTEL_EXPORTER_OTLP_ENDPOINT=${otlp}`,
    'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    ...(token ? [`export OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20${token}"`] : []),
  ]
}

export function recipes(target: Target): Recipe[] {
  const env = environment(target)
  const lines = (...code: string[]): string => code.join('\n')
  return [
    {
      id: 'node',
      name: 'Node.js',
      note: 'Traces, metrics and logs of any Node.js server, without touching its code.',
      code: lines(
        'npm install @lab/observe',
        ...env,
        'export OTEL_METRICS_EXPORTER=prometheus,otlp OTEL_LOGS_EXPORTER=otlp',
        'node --import @lab/observe/auto app.js',
      ),
    },
    {
      id: 'otel-js',
      name: 'OpenTelemetry JS',
      note: 'The automatic instrumentations of OpenTelemetry.',
      code: lines(
        'npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node',
        ...env,
        'export OTEL_METRICS_EXPORTER=otlp OTEL_LOGS_EXPORTER=otlp',
        'node --require @opentelemetry/auto-instrumentations-node/register app.js',
      ),
    },
    {
      id: 'python',
      name: 'Python',
      note: 'Flask, Django, FastAPI, requests and others, without touching the code.',
      code: lines(
        'pip install opentelemetry-distro opentelemetry-exporter-otlp-proto-http',
        'opentelemetry-bootstrap -a install',
        ...env,
        'export OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED=true',
        'opentelemetry-instrument --logs_exporter otlp python app.py',
      ),
    },
    {
      id: 'go',
      name: 'Go',
      note: 'The exporter reads the variables; wrap handlers with otelhttp.',
      code: lines(...GO, ...env, 'go run .'),
    },
    {
      id: 'java',
      name: 'Java',
      note: 'The Java agent of OpenTelemetry sends all three signals.',
      code: lines(
        'curl -LO https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/download/opentelemetry-javaagent.jar',
        ...env,
        'java -javaagent:opentelemetry-javaagent.jar -jar app.jar',
      ),
    },
    {
      id: 'dotnet',
      name: '.NET',
      note: 'Logs, traces and metrics of ASP.NET Core.',
      code: lines(...DOTNET, '', ...env, 'dotnet run'),
    },
    {
      id: 'k6',
      name: 'k6',
      note: 'The metrics of a load test next to those of the service under load.',
      code: k6(target),
    },
    { id: 'curl', name: 'curl', note: 'One span by hand, to see that the way is free.', code: curl(target) },
  ]
}

const GO = [
  'go get go.opentelemetry.io/otel go.opentelemetry.io/otel/sdk go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp',
  '',
  '// in main(), with "go.opentelemetry.io/otel/sdk/trace" imported:',
  'exporter, err := otlptracehttp.New(ctx)',
  'if err != nil { log.Fatal(err) }',
  'provider := trace.NewTracerProvider(trace.WithBatcher(exporter))',
  'defer provider.Shutdown(ctx)',
  'otel.SetTracerProvider(provider)',
  '',
]

const DOTNET = [
  'dotnet add package OpenTelemetry.Extensions.Hosting',
  'dotnet add package OpenTelemetry.Exporter.OpenTelemetryProtocol',
  'dotnet add package OpenTelemetry.Instrumentation.AspNetCore',
  '',
  '// in Program.cs:',
  'builder.Logging.AddOpenTelemetry();',
  'builder.Services.AddOpenTelemetry().UseOtlpExporter()',
  '    .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation())',
  '    .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation());',
]

function k6({ otlp, token }: Target): string {
  const url = new URL(otlp)
  return [
    'export K6_OTEL_EXPORTER_PROTOCOL=http/protobuf',
    `export K6_OTEL_HTTP_EXPORTER_ENDPOINT=${url.host}`,
    ...(url.protocol === 'http:' ? ['export K6_OTEL_HTTP_EXPORTER_INSECURE=true'] : []),
    ...(token ? [`export K6_OTEL_HEADERS="authorization=Bearer ${token}"`] : []),
    'k6 run --out opentelemetry script.js',
  ].join('\n')
}

function curl({ otlp, token }: Target): string {
  const span =
    '{"traceId":"\'$(openssl rand -hex 16)\'","spanId":"\'$(openssl rand -hex 8)\'","name":"hello","kind":2,' +
    '"startTimeUnixNano":"\'$(date +%s)\'000000000","endTimeUnixNano":"\'$(date +%s)\'250000000"}'
  const resource = '{"attributes":[{"key":"service.name","value":{"stringValue":"my-service"}}]}'
  return [
    `curl ${otlp}/v1/traces -H 'content-type: application/json' \\`,
    ...(token ? [`  -H 'authorization: Bearer ${token}' \\`] : []),
    `  -d '{"resourceSpans":[{"resource":${resource},`,
    `       "scopeSpans":[{"spans":[${span}]}]}]}'`,
  ].join('\n')
}
