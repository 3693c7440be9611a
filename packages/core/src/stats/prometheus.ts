import type { Stats } from "./stats.ts";

/**
 * Statistics in the Prometheus text format, version 0.0.4: counters and gauges named `sockjs_…`. Serve it as
 * `text/plain; version=0.0.4`. Rates are left out, since Prometheus makes its own.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function toPrometheus(stats: Stats): string {
  const lines = [
    ...metric("connections", "gauge", "Open connections", labelled("transport", stats.connections)),
    ...metric("sessions", "gauge", "Sessions held", [["", stats.sessions]]),
    ...metric("receivers", "gauge", "Sessions with a receiver", [["", stats.receivers]]),
    ...metric("buffered_bytes", "gauge", "Bytes not yet handed to the runtime", [
      ["", stats.bufferedAmount],
    ]),
    ...metric("topics", "gauge", "Topics with a subscriber", [["", stats.topics]]),
    ...metric("channels", "gauge", "Channels on multiplexed connections", [["", stats.channels]]),
    ...metric("opened_total", "counter", "Connections opened", [["", stats.opened]]),
    ...metric("closed_total", "counter", "Connections closed", labelled("code", stats.closed)),
    ...metric("messages_total", "counter", "Messages", [
      ['{direction="received"}', stats.messagesReceived],
      ['{direction="sent"}', stats.messagesSent],
    ]),
    ...metric("received_characters_total", "counter", "UTF-16 code units of messages received", [
      ["", stats.charactersReceived],
    ]),
    ...metric("sent_bytes_total", "counter", "Bytes of messages sent", [["", stats.bytesSent]]),
  ];
  return `${lines.join("\n")}\n`;
}

type Sample = readonly [labels: string, value: number];

function metric(
  name: string,
  type: "counter" | "gauge",
  help: string,
  samples: readonly Sample[],
): readonly string[] {
  return [
    `# HELP sockjs_${name} ${help}.`,
    `# TYPE sockjs_${name} ${type}`,
    ...samples.map(([labels, value]) => `sockjs_${name}${labels} ${value}`),
  ];
}

/** Transport names and close codes hold nothing that a label would have to escape. */
function labelled(label: string, values: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(values).map(([key, value]) => [`{${label}="${key}"}`, value]);
}
