/*
 * A stream of events is read whole, however the network cuts it.
 */
import { describe, expect, it } from 'vitest'

import { events } from '../../src/api/events.ts'

function stream(...parts: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
	const bytes = parts.map((part) => typeof part === 'string' ? new TextEncoder().encode(part) : part)
	return new ReadableStream({
		start(controller) {
			bytes.forEach((part) => controller.enqueue(part))
			controller.close()
		},
	})
}

async function all(body: ReadableStream<Uint8Array>): Promise<unknown[]> {
	const read: unknown[] = []
	for await (const event of events(body)) {
		read.push(event)
	}
	return read
}

describe('a stream of events', () => {
	it('is read event by event, without its comments', async () => {
		expect(await all(stream('event: sources\ndata: {"a":1}\n\n: keep-alive\n\nevent: done\ndata: {"b":2}\n\n'))).toEqual([{ a: 1 }, { b: 2 }])
	})

	it('may be cut anywhere, also inside a letter', async () => {
		const bytes = new TextEncoder().encode('data: {"text":"Größe ≥ 2 cm 🫀"}\n\ndata: {"b":2}\n\n')
		for (let cut = 1; cut < bytes.length; cut++) {
			expect(await all(stream(bytes.slice(0, cut), bytes.slice(cut)))).toEqual([{ text: 'Größe ≥ 2 cm 🫀' }, { b: 2 }])
		}
	})

	it('understands both kinds of line ends and data on several lines', async () => {
		expect(await all(stream('data: {"a":\r\ndata: 1}\r\n\r\n'))).toEqual([{ a: 1 }])
	})

	it('leaves out what has not ended', async () => {
		expect(await all(stream('data: {"a":1}\n\ndata: {"b"'))).toEqual([{ a: 1 }])
	})

	it('gives up on an event without end', async () => {
		await expect(all(stream(`data: "${'x'.repeat(5_000_000)}`))).rejects.toThrow('cannot be read')
	})
})
