<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Service;

use OCA\VoiceAssist\AppInfo\Application;
use OCA\VoiceAssist\Exception\NotPairedException;
use OCP\IAppConfig;
use OCP\IURLGenerator;
use OCP\Security\ICrypto;

/**
 * What this Nextcloud and the daemon know of each other: the daemon's addresses and this app's signing key.
 *
 * The secret half of the key never leaves this server: it is encrypted with the instance's secret and marked sensitive.
 * The daemon only ever holds the public half, so a stolen daemon cannot speak for this Nextcloud.
 */
class Pairing {
	private const PUBLIC_URL = 'daemon_url';
	private const INTERNAL_URL = 'daemon_internal_url';
	private const ISSUER = 'issuer';
	private const SECRET_KEY = 'signing_key';
	private const PUBLIC_KEY = 'public_key';
	private const HOOK_KEY_ID = 'hook_key_id';
	private const HOOK_KEY = 'hook_key';

	public function __construct(
		private IAppConfig $config,
		private ICrypto $crypto,
		private IURLGenerator $urls,
	) {
	}

	/**
	 * Keeps the daemon's addresses and this Nextcloud's own, and makes the key pair if there is none. Returns the public
	 * key in base64. The own address is kept because a command and a web request see different ones.
	 */
	public function setUp(string $publicUrl, string $internalUrl, ?string $ownUrl): string {
		$this->config->setValueString(Application::ID, self::ISSUER, self::checked($ownUrl ?? $this->urls->getBaseUrl()));
		$this->config->setValueString(Application::ID, self::PUBLIC_URL, self::checked($publicUrl));
		$this->config->setValueString(Application::ID, self::INTERNAL_URL, self::checked($internalUrl));
		$public = $this->config->getValueString(Application::ID, self::PUBLIC_KEY);
		return $public !== '' ? $public : $this->makeKey();
	}

	/** Whether there is a key and an address. Whether the daemon knows the key is asked by the self-test. */
	public function isPaired(): bool {
		foreach ([self::PUBLIC_URL, self::INTERNAL_URL, self::ISSUER, self::PUBLIC_KEY] as $name) {
			if ($this->config->getValueString(Application::ID, $name) === '') {
				return false;
			}
		}
		return true;
	}

	/**
	 * What an administrator sees of the pairing; nothing of it is secret.
	 *
	 * @return array{paired: bool, daemon: string, internal: string, nextcloud: string, command: string}
	 */
	public function shown(): array {
		$paired = $this->isPaired();
		return [
			'paired' => $paired,
			'daemon' => $this->config->getValueString(Application::ID, self::PUBLIC_URL),
			'internal' => $this->config->getValueString(Application::ID, self::INTERNAL_URL),
			'nextcloud' => $this->config->getValueString(Application::ID, self::ISSUER) ?: $this->urls->getBaseUrl(),
			'command' => $paired ? $this->pairingCommand() : '',
		];
	}

	/** The key the daemon has to be told, in base64. */
	public function publicKey(): string {
		return $this->required(self::PUBLIC_KEY);
	}

	/** What is run beside the daemon to pair it. */
	public function pairingCommand(): string {
		return sprintf('voiceassist pair add --nextcloud %s --public-key %s', escapeshellarg($this->issuer()), escapeshellarg($this->publicKey()));
	}

	/**
	 * The key hints are signed with.
	 *
	 * @return array{id: string, bytes: string}|null
	 */
	public function hookKey(): ?array {
		$id = $this->config->getValueString(Application::ID, self::HOOK_KEY_ID);
		$sealed = $this->config->getValueString(Application::ID, self::HOOK_KEY);
		if ($id === '' || $sealed === '') {
			return null;
		}
		$bytes = base64_decode(strtr($this->crypto->decrypt($sealed), '-_', '+/'), true);
		return $bytes === false ? null : ['id' => $id, 'bytes' => $bytes];
	}

	/** Keeps the key hints are signed with, encrypted. */
	public function keepHookKey(string $id, string $key): void {
		$this->config->setValueString(Application::ID, self::HOOK_KEY, $this->crypto->encrypt($key), sensitive: true);
		$this->config->setValueString(Application::ID, self::HOOK_KEY_ID, $id);
	}

	/** Forgets it, because the daemon does. */
	public function forgetHookKey(): void {
		$this->config->deleteKey(Application::ID, self::HOOK_KEY_ID);
		$this->config->deleteKey(Application::ID, self::HOOK_KEY);
	}

	/** Scheme, host and port of where browsers find the daemon, for a content security policy. */
	public function publicOrigin(): string {
		$parts = parse_url($this->publicUrl());
		$port = isset($parts['port']) ? ':' . $parts['port'] : '';
		return ($parts['scheme'] ?? '') . '://' . ($parts['host'] ?? '') . $port;
	}

	/** Where browsers find the daemon. */
	public function publicUrl(): string {
		return $this->required(self::PUBLIC_URL);
	}

	/** Where this server finds the daemon. */
	public function internalUrl(): string {
		return $this->required(self::INTERNAL_URL);
	}

	/** How this Nextcloud names itself to the daemon. */
	public function issuer(): string {
		return $this->required(self::ISSUER);
	}

	/** The first sixteen digits of the public key's SHA-256. */
	public function keyId(): string {
		return substr(hash('sha256', base64_decode($this->required(self::PUBLIC_KEY), true) ?: ''), 0, 16);
	}

	/** Signs with Ed25519. */
	public function sign(string $message): string {
		$secret = base64_decode($this->crypto->decrypt($this->required(self::SECRET_KEY)), true);
		if ($secret === false) {
			throw new NotPairedException('The signing key is damaged. Set the pairing up anew.');
		}
		$signature = sodium_crypto_sign_detached($message, $secret);
		sodium_memzero($secret);
		return $signature;
	}

	private function makeKey(): string {
		$pair = sodium_crypto_sign_keypair();
		$secret = base64_encode(sodium_crypto_sign_secretkey($pair));
		$public = base64_encode(sodium_crypto_sign_publickey($pair));
		sodium_memzero($pair);
		$this->config->setValueString(Application::ID, self::SECRET_KEY, $this->crypto->encrypt($secret), sensitive: true);
		$this->config->setValueString(Application::ID, self::PUBLIC_KEY, $public);
		return $public;
	}

	private function required(string $name): string {
		$value = $this->config->getValueString(Application::ID, $name);
		if ($value === '') {
			throw new NotPairedException('VoiceAssist is not paired with its daemon yet. Run occ voiceassist:setup.');
		}
		return $value;
	}

	private static function checked(string $url): string {
		$url = rtrim($url, '/');
		$parts = parse_url($url);
		$scheme = $parts['scheme'] ?? '';
		if (!in_array($scheme, ['http', 'https'], true) || ($parts['host'] ?? '') === '' || isset($parts['query']) || isset($parts['user'])) {
			throw new \InvalidArgumentException('An address must be http or https, with a host and nothing behind its path.');
		}
		return $url;
	}
}
