<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Service;

use OCA\VoiceAssist\Exception\DaemonException;
use OCP\Http\Client\IClientService;
use OCP\Http\Client\IResponse;

/**
 * Speaks to the daemon as this server. It carries vouches, hints, numbers and names of files for the search; questions,
 * answers and what stands in documents never come this way. Every request has an end: somebody may be waiting.
 */
class DaemonClient {
	/** Somebody waits for the page. */
	private const PATIENT_SECONDS = 5;
	/** Somebody types in the search; better nothing than late. */
	private const HASTY_SECONDS = 1.5;
	/** Nobody waits. */
	private const BACKGROUND_SECONDS = 15;
	/** The most pages of a list that are read for one request. */
	private const MAX_PAGES = 50;
	/** The longest answer that is read, in bytes. */
	private const MAX_BYTES = 2_000_000;

	public function __construct(
		private IClientService $clients,
		private Pairing $pairing,
	) {
	}

	/**
	 * Exchanges a vouch for an access token.
	 *
	 * @return array{token: string, expires_in: int}
	 */
	public function openSession(string $vouch, bool $hasty = false): array {
		$answer = $this->post('/api/v1/sessions/vouched', ['vouch' => $vouch], $hasty ? self::HASTY_SECONDS : self::PATIENT_SECONDS);
		if (!is_string($answer['token'] ?? null) || !is_int($answer['expires_in'] ?? null)) {
			throw new DaemonException('The VoiceAssist daemon gave an answer without a token.');
		}
		return ['token' => $answer['token'], 'expires_in' => $answer['expires_in']];
	}

	/** How daemon, index and people's connections are. */
	public function overview(string $vouch): array {
		return $this->post('/api/v1/pairing/overview', ['vouch' => $vouch], self::BACKGROUND_SECONDS);
	}

	/**
	 * A new key for signing hints.
	 *
	 * @return array{id: string, key: string}
	 */
	public function hookKey(string $vouch): array {
		$answer = $this->post('/api/v1/pairing/hook-key', ['vouch' => $vouch], self::PATIENT_SECONDS);
		if (!is_string($answer['id'] ?? null) || !is_string($answer['key'] ?? null)) {
			throw new DaemonException('The VoiceAssist daemon gave an answer without a key.');
		}
		return ['id' => $answer['id'], 'key' => $answer['key']];
	}

	/** Whether the daemon lives, and its version. */
	public function version(): string {
		$answer = $this->send('get', '/health/live', [], self::PATIENT_SECONDS);
		return is_string($answer['version'] ?? null) ? $answer['version'] : '';
	}

	/** Passages a person may read; the caller uses names and pages only. */
	public function search(string $token, string $query, int $limit): array {
		$options = ['json' => ['query' => $query, 'limit' => $limit], 'headers' => ['Authorization' => 'Bearer ' . $token]];
		$answer = $this->send('post', '/api/v1/search', $options, self::HASTY_SECONDS);
		return is_array($answer['passages'] ?? null) ? $answer['passages'] : [];
	}

	/** How a person's connection fares; nothing when they have none. */
	public function connection(string $token): ?array {
		try {
			return $this->send('get', '/api/v1/account', ['headers' => ['Authorization' => 'Bearer ' . $token]], self::HASTY_SECONDS);
		} catch (DaemonException $failure) {
			if ($failure->getCode() === 404) {
				return null;
			}
			throw $failure;
		}
	}

	/** Has what a person's account could not read tried again, where that can help; how many. */
	public function retryFailed(string $token): int {
		$headers = ['Authorization' => 'Bearer ' . $token];
		$retried = 0;
		$after = '';
		for ($page = 0; $page < self::MAX_PAGES; $page++) {
			$answer = $this->send('get', '/api/v1/documents?state=failed&limit=100' . $after, ['headers' => $headers], self::BACKGROUND_SECONDS);
			foreach (is_array($answer['documents'] ?? null) ? $answer['documents'] : [] as $document) {
				if (($document['reason']['retry_can_help'] ?? false) === true && is_string($document['id'] ?? null)) {
					$this->send('post', '/api/v1/documents/' . rawurlencode($document['id']) . '/retry', ['headers' => $headers], self::BACKGROUND_SECONDS);
					$retried++;
				}
			}
			if (!is_string($answer['next'] ?? null)) {
				break;
			}
			$after = '&after=' . rawurlencode($answer['next']);
		}
		return $retried;
	}

	/** Has the daemon forget somebody. */
	public function endConnection(string $token): void {
		try {
			$this->send('delete', '/api/v1/account', ['headers' => ['Authorization' => 'Bearer ' . $token]], self::BACKGROUND_SECONDS);
		} catch (DaemonException $failure) {
			if ($failure->getCode() !== 404) {
				throw $failure;
			}
		}
	}

	/**
	 * Delivers signed hints.
	 *
	 * @param array<string, string> $headers
	 */
	public function deliver(string $body, array $headers): void {
		$this->send('post', '/api/v1/hooks/nextcloud', ['body' => $body, 'headers' => $headers + ['Content-Type' => 'application/json']], self::BACKGROUND_SECONDS);
	}

	private function post(string $path, array $body, float $seconds): array {
		return $this->send('post', $path, ['json' => $body], $seconds);
	}

	private function send(string $verb, string $path, array $options, float $seconds): array {
		$options['timeout'] = $seconds;
		$options['connect_timeout'] = min($seconds, 2);
		$options['headers'] = ($options['headers'] ?? []) + ['Accept' => 'application/json'];
		// The address is set by an administrator and is usually on this machine.
		$options['nextcloud'] = ['allow_local_address' => true];
		$options['http_errors'] = false;
		$client = $this->clients->newClient();
		$url = $this->pairing->internalUrl() . $path;
		try {
			$response = match ($verb) {
				'get' => $client->get($url, $options),
				'post' => $client->post($url, $options),
				'delete' => $client->delete($url, $options),
				default => throw new \LogicException('not a verb of this client'),
			};
		} catch (\Exception $failure) {
			throw new DaemonException('The VoiceAssist daemon does not answer.', 0, $failure);
		}
		return self::read($response);
	}

	private static function read(IResponse $response): array {
		$body = $response->getBody();
		$text = is_resource($body) ? (string)stream_get_contents($body, self::MAX_BYTES) : substr((string)$body, 0, self::MAX_BYTES);
		$answer = $text === '' ? [] : json_decode($text, true, 16);
		$status = $response->getStatusCode();
		if ($status >= 400) {
			$code = is_array($answer) && is_string($answer['code'] ?? null) ? $answer['code'] : 'unknown';
			throw DaemonException::refused($status, $code);
		}
		if (!is_array($answer)) {
			throw new DaemonException('Something else than the VoiceAssist daemon answers at its address.');
		}
		return $answer;
	}
}
