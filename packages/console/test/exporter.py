"""Sends a trace, a log line and metrics with Python's own SDK and exporter, and prints the trace id."""

import logging

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

resource = Resource.create({"service.name": "python"})
tracing = TracerProvider(resource=resource)
tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(compression=Compression.Gzip)))
logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
metrics = MeterProvider(resource=resource, metric_readers=[PeriodicExportingMetricReader(OTLPMetricExporter())])

meter = metrics.get_meter("jobs")
meter.create_counter("jobs").add(1)
meter.create_histogram("took", unit="s").record(0.2)
tracer = tracing.get_tracer("jobs")
logger = logging.getLogger("jobs")
logger.addHandler(LoggingHandler(logger_provider=logs))
logger.propagate = False


def in_step():
    raise ValueError("no such step")


with tracer.start_as_current_span("job") as job:
    try:
        with tracer.start_as_current_span("step"):
            logger.error("step failed")
            in_step()
    except ValueError:
        pass

for provider in (tracing, logs, metrics):
    provider.shutdown()
print(f"{job.get_span_context().trace_id:032x}")
