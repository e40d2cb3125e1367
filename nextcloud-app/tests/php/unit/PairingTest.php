<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Tests;

use OCA\VoiceAssist\Exception\NotPairedException;
use OCA\VoiceAssist\Service\Pairing;
use OCA\VoiceAssist\Service\Vouch;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IAppConfig;
use OCP\IGroupManager;
use OCP\IURLGenerator;
use OCP\IUser;
use OCP\Security\ICrypto;
use OCP\Security\ISecureRandom;
use PHPUnit\Framework\TestCase;

/** What this Nextcloud keeps of its pairing, and what it signs with it. */
class PairingTest extends TestCase {
	/** @var array<string, string> */
	private array $kept = [];
	/** @var list<string> */
	private array $sensitive = [];

	private function pairing(): Pairing {
		$config = $this->createStub(IAppConfig::class);
		$config->method('getValueString')->willReturnCallback(fn (string $app, string $key): string => $this->kept[$key] ?? '');
		$config->method('setValueString')->willReturnCallback(function (string $app, string $key, string $value, bool $lazy = false, bool $sensitive = false): bool {
			$this->kept[$key] = $value;
			if ($sensitive) {
				$this->sensitive[] = $key;
			}
			return true;
		});
		$config->method('deleteKey')->willReturnCallback(function (string $app, string $key): void {
			unset($this->kept[$key]);
		});
		$crypto = $this->createStub(ICrypto::class);
		$crypto->method('encrypt')->willReturnCallback(static fn (string $text): string => 'sealed:' . strrev($text));
		$crypto->method('decrypt')->willReturnCallback(static fn (string $text): string => strrev(substr($text, 7)));
		$urls = $this->createStub(IURLGenerator::class);
		$urls->method('getBaseUrl')->willReturn('https://cloud.clinic.example');
		return new Pairing($config, $crypto, $urls);
	}

	private function vouch(Pairing $pairing): Vouch {
		$groups = $this->createStub(IGroupManager::class);
		$groups->method('getUserGroupIds')->willReturn(['doctors', 'ward 3']);
		$time = $this->createStub(ITimeFactory::class);
		$time->method('getTime')->willReturn(1_795_000_000);
		$random = $this->createStub(ISecureRandom::class);
		$random->method('generate')->willReturn(str_repeat('0f', 16));
		return new Vouch($pairing, $groups, $time, $random);
	}

	/** @return array{array, array, string, string} header, claims, what was signed, the signature */
	private static function parts(string $vouch): array {
		[$header, $claims, $signature] = array_map(static fn (string $part): string => (string)base64_decode(strtr($part, '-_', '+/'), true), explode('.', $vouch));
		return [json_decode($header, true), json_decode($claims, true), substr($vouch, 0, (int)strrpos($vouch, '.')), $signature];
	}

	public function testTheSecretHalfIsSealedAndMarkedAndTheSameKeyIsKept(): void {
		$pairing = $this->pairing();
		self::assertFalse($pairing->isPaired());
		$public = $pairing->setUp('https://cloud.clinic.example/voiceassist/', 'http://127.0.0.1:8000', null);
		self::assertTrue($pairing->isPaired());
		self::assertSame(32, strlen((string)base64_decode($public, true)));
		self::assertStringStartsWith('sealed:', $this->kept['signing_key']);
		self::assertSame(['signing_key'], $this->sensitive);
		self::assertSame('https://cloud.clinic.example/voiceassist', $pairing->publicUrl());
		self::assertSame('https://cloud.clinic.example', $pairing->publicOrigin());
		self::assertSame($public, $pairing->setUp('https://other.example', 'https://other.example', null));
	}

	/** @dataProvider badAddresses */
	public function testAnAddressThatIsNoneIsRefused(string $address): void {
		$this->expectException(\InvalidArgumentException::class);
		$this->pairing()->setUp($address, 'https://daemon.example', null);
	}

	public static function badAddresses(): array {
		return [['javascript:alert(1)'], ['ftp://daemon.example'], ['https://'], ['https://user:secret@daemon.example'], ['https://daemon.example/?x=1'], ['']];
	}

	public function testWithoutAPairingNothingIsSigned(): void {
		$this->expectException(NotPairedException::class);
		$this->vouch($this->pairing())->forApp('occ');
	}

	public function testAVouchNamesThePersonForAMinuteAndIsSignedByTheKey(): void {
		$pairing = $this->pairing();
		$public = $pairing->setUp('https://cloud.clinic.example/voiceassist', 'http://127.0.0.1:8000', null);
		$user = $this->createStub(IUser::class);
		$user->method('getUID')->willReturn('alice');
		$user->method('getDisplayName')->willReturn('Alice Müller');
		[$header, $claims, $signed, $signature] = self::parts($this->vouch($pairing)->for($user));
		self::assertSame(['alg' => 'EdDSA', 'typ' => 'voiceassist-vouch+jwt', 'kid' => substr(hash('sha256', (string)base64_decode($public, true)), 0, 16)], $header);
		self::assertSame(['iss' => 'https://cloud.clinic.example', 'aud' => 'voiceassist', 'sub' => 'alice', 'name' => 'Alice Müller', 'groups' => ['doctors', 'ward 3'], 'iat' => 1_795_000_000, 'exp' => 1_795_000_060, 'jti' => str_repeat('0f', 16)], $claims);
		self::assertTrue(sodium_crypto_sign_verify_detached($signature, $signed, (string)base64_decode($public, true)));
	}

	public function testAVouchOfTheAppHasAnotherAudience(): void {
		$pairing = $this->pairing();
		$pairing->setUp('https://cloud.clinic.example/voiceassist', 'http://127.0.0.1:8000', null);
		self::assertSame('voiceassist-app', self::parts($this->vouch($pairing)->forApp('occ'))[1]['aud']);
		self::assertSame('voiceassist', self::parts($this->vouch($pairing)->forDeleted('bob'))[1]['aud']);
	}

	public function testTheKeyForHintsIsSealedAndCanBeForgotten(): void {
		$pairing = $this->pairing();
		self::assertNull($pairing->hookKey());
		$bytes = random_bytes(32);
		$pairing->keepHookKey('an-id', rtrim(strtr(base64_encode($bytes), '+/', '-_'), '='));
		self::assertStringStartsWith('sealed:', $this->kept['hook_key']);
		self::assertContains('hook_key', $this->sensitive);
		self::assertSame(['id' => 'an-id', 'bytes' => $bytes], $pairing->hookKey());
		$pairing->forgetHookKey();
		self::assertNull($pairing->hookKey());
	}

	public function testTheCommandToRunIsSafeInAShell(): void {
		$pairing = $this->pairing();
		$pairing->setUp('https://cloud.clinic.example/voiceassist', 'http://127.0.0.1:8000', "https://cloud.clinic.example/a'b");
		self::assertStringContainsString("--nextcloud 'https://cloud.clinic.example/a'\\''b' --public-key '", $pairing->pairingCommand());
	}
}
