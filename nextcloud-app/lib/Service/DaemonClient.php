<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Service;

use OCA\VoiceAssist\Exception\DaemonException;
use OCP\Http\Client\IClientService;

/** Speaks to the daemon as this server. It carries vouches and nothing people wrote. */
class DaemonClient {
	private const TIMEOUT_SECONDS = 5;

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
	public function openSession(string $vouch): array {
		try {
			$response = $this->clients->newClient()->post($this->pairing->internalUrl() . '/api/v1/sessions/vouched', [
				'json' => ['vouch' => $vouch],
				'timeout' => self::TIMEOUT_SECONDS,
				'headers' => ['Accept' => 'application/json'],
				// The address is set by an administrator and is usually on this machine.
				'nextcloud' => ['allow_local_address' => true],
			]);
			$answer = json_decode((string)$response->getBody(), true, 8, JSON_THROW_ON_ERROR);
		} catch (\Exception $failure) {
			throw new DaemonException('The VoiceAssist daemon did not open a session.', 0, $failure);
		}
		if (!is_string($answer['token'] ?? null) || !is_int($answer['expires_in'] ?? null)) {
			throw new DaemonException('The VoiceAssist daemon gave an answer without a token.');
		}
		return ['token' => $answer['token'], 'expires_in' => $answer['expires_in']];
	}
}
