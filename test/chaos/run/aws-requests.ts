type Body = Readonly<Record<string, unknown>>;
type Attribute = { readonly S?: string } | undefined;

/** The calls that a worker's request to a service is about. */
export class RequestReader {
  /** A receipt names no call: it is known from the message that came with it. */
  readonly #callByReceipt = new Map<string, string>();

  callsOf(service: string, body: Body): string[] {
    switch (service) {
      case 'dynamodb':
        return callsOfItemRequest(body);
      case 'event-bridge':
        return callsOfEntries(body);
      default:
        return this.#callsOfReceipts(body);
    }
  }

  /** Notes receipts of delivered messages; returns the calls that they are for. */
  delivered(replyBody: Body): string[] {
    return listOf(replyBody.Messages).flatMap((message) => {
      const callId = parsed(message.Body).callId;
      if (typeof callId !== 'string') return [];
      this.#callByReceipt.set(String(message.ReceiptHandle), callId);
      return [callId];
    });
  }

  #callsOfReceipts(body: Body): string[] {
    const entries = Array.isArray(body.Entries) ? listOf(body.Entries) : [body];
    return entries.flatMap((entry) => this.#callByReceipt.get(String(entry.ReceiptHandle)) ?? []);
  }
}

function callsOfItemRequest(body: Body): string[] {
  const attributes: Attribute[] = [
    (body.Item as Record<string, Attribute> | undefined)?.callId,
    (body.Key as Record<string, Attribute> | undefined)?.callId,
    (body.ExpressionAttributeValues as Record<string, Attribute> | undefined)?.[':id'],
  ];
  return attributes.flatMap((attribute) => attribute?.S ?? []);
}

function callsOfEntries(body: Body): string[] {
  return listOf(body.Entries).flatMap((entry) => {
    const { callId } = parsed(entry.Detail);
    return typeof callId === 'string' ? [callId] : [];
  });
}

function listOf(value: unknown): Body[] {
  return Array.isArray(value) ? (value as Body[]) : [];
}

export function parsed(text: unknown): Body {
  try {
    return JSON.parse(String(text)) as Body;
  } catch {
    return {};
  }
}
