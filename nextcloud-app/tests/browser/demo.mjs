/*
 * A demo to look at: the program itself on made-up documents, and a link to its page for each person. Nothing is shared with
 * anything else on this machine, and it ends with the tests.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** How long documents may take to be read and the demo's own questions to be answered. */
const READY_MS = 300_000

/** Starts it; resolves with the links by first name and with how to end it. */
export async function startDemo(program, page) {
	const child = spawn(program, ['demo', '--page', page], { stdio: ['ignore', 'pipe', 'inherit'] })
	const links = {}
	const ended = new Promise((resolve) => child.once('exit', resolve))
	const timer = setTimeout(() => child.kill('SIGTERM'), READY_MS)
	for await (const line of createInterface({ input: child.stdout })) {
		const link = /^ {2}(\w+) .*: (http:\/\/\S+#token=\S+)$/.exec(line)
		if (link !== null) {
			links[link[1].toLowerCase()] = link[2]
		}
		if (links.alice !== undefined && links.bob !== undefined) {
			break
		}
	}
	clearTimeout(timer)
	if (links.bob === undefined) {
		child.kill('SIGTERM')
		throw new Error('the demo printed no links')
	}
	child.stdout.resume()
	return { links, async stop() { child.kill('SIGTERM'); await ended } }
}
