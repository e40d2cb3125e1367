<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Tests;

use OCA\VoiceAssist\Service\Browser;
use OCP\IRequest;
use OCP\ISession;
use PHPUnit\Framework\TestCase;

/** What a vouch says of a browser: enough to tell sessions apart, nothing anybody could use. */
class BrowserTest extends TestCase {
	private function claims(array $kept, string $agent = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0', string $id = 'secret-session-id'): array {
		$request = $this->createStub(IRequest::class);
		$request->method('getHeader')->willReturn($agent);
		$request->method('getRemoteAddress')->willReturn('127.0.0.1');
		$session = $this->createStub(ISession::class);
		$session->method('getId')->willReturn($id);
		$session->method('get')->willReturnCallback(static fn (string $key) => $kept[$key] ?? null);
		$session->method('exists')->willReturnCallback(static fn (string $key) => isset($kept[$key]));
		return (new Browser($request, $session))->claims();
	}

	public function testTheSameSessionHasTheSameNameAndTheIdIsNotInIt(): void {
		$name = $this->claims([])['session'];
		self::assertSame($name, $this->claims([])['session']);
		self::assertNotSame($name, $this->claims([], id: 'another')['session']);
		self::assertMatchesRegularExpression('/^[A-Za-z0-9]{16,64}$/', $name);
		self::assertStringNotContainsString('secret', $name);
	}

	public function testWhenSomebodyProvedThemselvesIsSaidOnlyIfItIsKnown(): void {
		self::assertArrayNotHasKey('auth_time', $this->claims([]));
		self::assertArrayNotHasKey('auth_time', $this->claims(['last-password-confirm' => 'yesterday']));
		self::assertSame([1700000000, ['pwd']], array_values(array_intersect_key($this->claims(['last-password-confirm' => 1700000000]), ['auth_time' => 0, 'amr' => 0])));
		self::assertSame(['pwd', 'mfa'], $this->claims(['last-password-confirm' => 1700000000, 'two_factor_auth_passed' => 'alice'])['amr']);
	}

	public function testALongOrBrokenAgentDoesNotSpoilTheVouch(): void {
		$agent = $this->claims([], str_repeat('ü', 2000) . "\xff")['agent'];
		self::assertLessThanOrEqual(512, strlen($agent));
		self::assertNotFalse(json_encode($agent));
		self::assertSame('Mozilla', $this->claims([], 'Mozilla')['agent']);
	}
}
