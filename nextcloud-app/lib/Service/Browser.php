<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Service;

use OCP\IRequest;
use OCP\ISession;

/**
 * What a vouch says of the browser somebody sits at, so that they can tell their sessions apart and end one. Nextcloud's
 * session is named by a hash: whoever reads it can do nothing with it.
 */
class Browser {
	private const MAX_AGENT_BYTES = 512;
	private const NAME_CHARS = 40;
	/** Where Nextcloud keeps when somebody last typed their password: when signing in, or when asked to confirm. */
	private const CONFIRMED = 'last-password-confirm';
	/** Where Nextcloud keeps that a second factor was shown. */
	private const SECOND_FACTOR = 'two_factor_auth_passed';

	public function __construct(
		private IRequest $request,
		private ISession $session,
	) {
	}

	/** @return array<string, string|int|list<string>> */
	public function claims(): array {
		$claims = [
			'session' => substr(hash('sha256', 'voiceassist ' . $this->session->getId()), 0, self::NAME_CHARS),
			'agent' => mb_strcut(mb_scrub($this->request->getHeader('User-Agent'), 'UTF-8'), 0, self::MAX_AGENT_BYTES, 'UTF-8'),
			'address' => $this->request->getRemoteAddress(),
		];
		$confirmed = $this->session->get(self::CONFIRMED);
		if (is_int($confirmed) && $confirmed > 0) {
			$claims['auth_time'] = $confirmed;
			$claims['amr'] = $this->session->exists(self::SECOND_FACTOR) ? ['pwd', 'mfa'] : ['pwd'];
		}
		return $claims;
	}
}
