<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Service;

use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IGroupManager;
use OCP\IUser;
use OCP\Security\ISecureRandom;

/**
 * A signed sentence: "this person is signed in here now", or "this Nextcloud itself asks". Good for one minute and for
 * one use, and only the daemon this Nextcloud is paired with can make anything of it. It is a JSON Web Signature
 * (RFC 7515) with EdDSA. The two kinds have different audiences, so that one is never taken for the other.
 */
class Vouch {
	private const LIFETIME_SECONDS = 60;
	private const FOR_PEOPLE = 'voiceassist';
	private const FOR_THE_APP = 'voiceassist-app';

	public function __construct(
		private Pairing $pairing,
		private IGroupManager $groups,
		private ITimeFactory $time,
		private ISecureRandom $random,
	) {
	}

	/**
	 * For somebody who is signed in; `$browser` says at which browser, where there is one.
	 *
	 * @param array<string, string|int|list<string>> $browser
	 */
	public function for(IUser $user, array $browser = []): string {
		return $this->signed(self::FOR_PEOPLE, $user->getUID(), $user->getDisplayName(), array_values($this->groups->getUserGroupIds($user)), $browser);
	}

	/** For somebody who was deleted here, so that the daemon forgets them too. */
	public function forDeleted(string $userId): string {
		return $this->signed(self::FOR_PEOPLE, $userId, '', []);
	}

	/** For this Nextcloud itself; `$who` says on whose behalf, for the daemon's records. */
	public function forApp(string $who): string {
		return $this->signed(self::FOR_THE_APP, $who, '', []);
	}

	/**
	 * @param list<string> $groups
	 * @param array<string, string|int|list<string>> $browser
	 */
	private function signed(string $audience, string $subject, string $name, array $groups, array $browser = []): string {
		$now = $this->time->getTime();
		$header = ['alg' => 'EdDSA', 'typ' => 'voiceassist-vouch+jwt', 'kid' => $this->pairing->keyId()];
		$claims = [
			'iss' => $this->pairing->issuer(),
			'aud' => $audience,
			'sub' => $subject,
			'name' => $name,
			'groups' => $groups,
			'iat' => $now,
			'exp' => $now + self::LIFETIME_SECONDS,
			'jti' => $this->random->generate(32, '0123456789abcdef'),
		] + $browser;
		$signed = self::encoded(self::json($header)) . '.' . self::encoded(self::json($claims));
		return $signed . '.' . self::encoded($this->pairing->sign($signed));
	}

	private static function json(array $value): string {
		return json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
	}

	private static function encoded(string $bytes): string {
		return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
	}
}
