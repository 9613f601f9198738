"""Loads OpenTelemetry's SDK where traces are on, and nowhere else."""

from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.telemetry.settings import TraceSettings
from imgsvc.telemetry.traces import Traces


def create_traces(settings: TraceSettings) -> Traces | None:
    """The way to a collector; None where traces are off, SettingsError where they cannot be."""
    if not settings.open_telemetry_enable:
        return None
    if settings.otel_exporter_otlp_protocol != "http/protobuf":
        raise SettingsError([Mistake("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "grpc")])
    try:
        from imgsvc.telemetry.spans import SpanTraces  # noqa: PLC0415 (the SDK is optional, and takes 13 MB)
    except ImportError as error:
        raise SettingsError([Mistake("OPEN_TELEMETRY_ENABLE", "the package opentelemetry-sdk", str(error))]) from error
    return SpanTraces(settings)
